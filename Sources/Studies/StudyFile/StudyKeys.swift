import Units

/// The keys that study files may use: the options of the command `run` that make a request.
///
/// The program takes them from the definition of that command, so that an option can be forgotten in neither place.
public struct StudyKeys: Sendable {
    /// `model` and the options, without dashes.
    public var names: [String]
    /// Those that take several items, each `KEY=VALUE`: a mapping in a file.
    public var repeatable: Set<String>

    /// Creates a table of keys.
    public init(names: [String], repeatable: Set<String>) {
        self.names = names
        self.repeatable = repeatable
    }

    /// What would have been right, nearest names first.
    func expectation(for name: String) -> String {
        let near = names.filter { editDistance($0, name) <= max(1, name.count / 4) }
        return near.isEmpty ? "one of \(names.joined(separator: ", "))" : near.joined(separator: " or ")
    }
}
