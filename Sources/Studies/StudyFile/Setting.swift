import Documents

/// One value of a point and where it stands: an option of the command `run`, or one item of an option that takes several.
public struct Setting: Hashable, Sendable {
    /// The option without its dashes (`kv-scheme`), `model`, or with a dot one item (`set.dram.bandwidth`).
    public var key: String
    /// The value as written.
    public var text: String
    /// Where it stands, for messages.
    public var place: Place

    /// A line of a study file.
    public struct Place: Hashable, Sendable {
        /// The file.
        public var file: String
        /// The line, from 1.
        public var line: Int?
        /// The keys that lead there, such as `axes.chips[2]`.
        public var path: String

        /// The place of a value.
        init(_ node: DocumentNode) {
            file = node.file
            line = node.line
            path = node.path
        }

        /// An error about this place.
        public func error(_ problem: String, expected: String? = nil) -> InputError {
            InputError(.data, file: file, line: line, key: path, problem: problem, expected: expected)
        }
    }

    /// The option's part of the key.
    public var option: String { String(key.prefix { $0 != "." }) }

    /// The arguments that say the same on the command line.
    public var arguments: [String] {
        if key == "model" { return [text] }
        let item = key.dropFirst(option.count + 1)
        // With an equals sign, so that a value that begins with a dash is taken for a value.
        return item.isEmpty ? ["--\(option)=\(text)"] : ["--\(option)=\(item)=\(text)"]
    }
}

extension Setting {
    /// The settings of a key: one for a value, one for each item of a mapping.
    ///
    /// - Throws: ``InputError`` for an unknown key, a list or an empty value.
    static func read(_ key: String, _ node: DocumentNode, keys: StudyKeys) throws -> [Setting] {
        let option = String(key.prefix { $0 != "." })
        guard keys.names.contains(option) else {
            throw node.error("unknown key", expected: keys.expectation(for: option))
        }
        if node.isMapping {
            guard keys.repeatable.contains(option), option == key else {
                throw node.error("found a mapping", expected: "a value")
            }
            return try node.entries().map { item, value in
                Setting(key: "\(option).\(item)", text: try value.string(), place: Place(value))
            }
        }
        guard !keys.repeatable.contains(option) || option != key else {
            throw node.error("found \(node.shown)", expected: "keys with values, such as dram.bandwidth: 64 GB/s")
        }
        guard keys.repeatable.contains(option) || option == key else { throw node.error("unknown key") }
        guard !node.isNull else { throw node.error("the key has no value") }
        return [Setting(key: key, text: try node.string(), place: Place(node))]
    }
}
