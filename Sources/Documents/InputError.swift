/// Something a user gave that cannot be used: an option, a file, a line or key of a file.
///
/// Holds what the message needs; the one-line text is made here and nowhere else.
public struct InputError: Error, Hashable, Sendable, Codable {
    /// What kind of mistake it is; decides the exit code (sysexits.h).
    public enum Category: Int32, Sendable, Codable {
        /// A wrong option, value or combination: EX_USAGE.
        case usage = 64
        /// A file whose content cannot be used: EX_DATAERR.
        case data = 65
        /// A file that does not exist or cannot be read: EX_NOINPUT.
        case missingInput = 66
        /// A result that cannot be written: EX_CANTCREAT.
        case output = 73
    }

    /// What kind of mistake it is.
    public var category: Category
    /// The file, or nil for the command line.
    public var file: String?
    /// The line in the file, from 1.
    public var line: Int?
    /// The key or option, such as `dram.bandwidth` or `--chips`.
    public var key: String?
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var expected: String?

    /// Creates an error.
    public init(
        _ category: Category, file: String? = nil, line: Int? = nil, key: String? = nil, problem: String,
        expected: String? = nil
    ) {
        self.category = category
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.expected = expected
    }

    /// The process's exit code for this mistake.
    public var exitCode: Int32 { category.rawValue }
}

extension InputError {
    /// The same error with a file, where it names none: for what is found in numbers that no longer know theirs.
    public func naming(file path: String) -> InputError {
        var error = self
        error.file = file ?? path
        return error
    }
}

extension InputError: CustomStringConvertible {
    /// One line: where, what is wrong, what would be right.
    ///
    /// Keys and values of files may be anything: characters that would steer a terminal are shown as numbers, and texts
    /// of thousands of characters are cut.
    public var description: String {
        var parts: [String] = []
        if let file { parts.append(line.map { "\(file):\($0)" } ?? file) }
        if let key { parts.append(Self.cut(key, to: 200)) }
        parts.append(Self.cut(problem, to: 600) + (expected.map { "; expected \($0)" } ?? ""))
        let line = parts.joined(separator: ": ").split(whereSeparator: \.isNewline).joined(separator: " ")
        return Self.visible(line)
    }

    private static func cut(_ text: String, to count: Int) -> String {
        // Scalars: a single character may have any number of accents.
        guard text.utf8.count > count, text.unicodeScalars.count > count else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count))) + "..."
    }

    /// The text with `\u{1b}` in place of a character that is not shown but acts.
    private static func visible(_ text: String) -> String {
        func acts(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: acts) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if acts(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
}
