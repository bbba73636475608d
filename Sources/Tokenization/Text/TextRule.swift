import Foundation

/// A change of the text before it is cut into pieces.
enum TextRule: Sendable, Hashable {
    /// Canonical composition.
    case composed
    /// One text in place of another.
    case replace(String, with: String)
    /// Text put in front, unless there is nothing.
    case prepend(String)
    /// Text put in front unless it is there.
    case ensurePrefix(String)
    /// A blank put in front unless there is white space.
    case blankInFront

    /// The text after the change, or nil where a replacement has made it longer than a limit.
    ///
    /// - Parameters:
    ///   - isFirst: whether it starts the whole text rather than following an added token.
    ///   - limit: the most bytes.
    func apply(_ text: String, isFirst: Bool, limit: Int) -> String? {
        let result = changed(text, isFirst: isFirst, limit: limit)
        return result.flatMap { $0.utf8.count <= limit ? $0 : nil }
    }

    private func changed(_ text: String, isFirst: Bool, limit: Int) -> String? {
        switch self {
        case .composed: return text.precomposedStringWithCanonicalMapping
        case .replace(let old, let new): return Self.replacing(old, with: new, in: text, limit: limit)
        case .prepend(let prefix): return text.isEmpty ? text : prefix + text
        case .ensurePrefix(let prefix):
            return text.isEmpty || text.utf8.starts(with: prefix.utf8) ? text : prefix + text
        case .blankInFront:
            guard let first = text.unicodeScalars.first, !ScalarClass(first).contains(.space) else { return text }
            return " " + text
        }
    }

    /// Replaces by bytes: Swift's own way compares characters, and finds no blank before a combining accent.
    private static func replacing(_ old: String, with new: String, in text: String, limit: Int) -> String? {
        let (old, new, bytes) = (Array(old.utf8), Array(new.utf8), Array(text.utf8))
        guard let first = old.first, bytes.contains(first) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == first, bytes[index...].starts(with: old) {
                guard result.count + new.count <= limit else { return nil }
                result += new
                index += old.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
