import Units
import Yams

/// One value of a ``Document``: knows its file, line and path of keys, and reads itself as a type or throws an
/// ``InputError`` that names them.
public struct DocumentNode {
    let node: Node
    /// The file's name, for errors.
    public let file: String
    /// The keys that lead here, joined by dots; empty for the root.
    public let path: String

    /// The line, from 1.
    public var line: Int? { node.mark?.line }

    /// An error about this value.
    public func error(_ problem: String, expected: String? = nil) -> InputError {
        InputError(
            .data, file: file, line: line, key: path.isEmpty ? nil : path, problem: problem, expected: expected)
    }

    /// The value as written, for messages.
    public var shown: String {
        switch node {
        case .scalar(let scalar): "\"\(scalar.string)\""
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// Whether this is an explicit null.
    public var isNull: Bool { node.null != nil }

    /// Whether this is a mapping of keys to values.
    public var isMapping: Bool { node.mapping != nil }

    /// Whether this is a list.
    public var isList: Bool { node.sequence != nil }

    private func found(expected: String) -> InputError { error("found \(shown)", expected: expected) }

    // MARK: Mappings and lists

    /// The entries of a mapping in the order of the file.
    public func entries() throws -> [(key: String, value: DocumentNode)] {
        guard case .mapping(let mapping) = node else { throw found(expected: "keys with values") }
        return try mapping.map { key, value in
            guard let name = key.scalar?.string else {
                throw error("found a key that is not a text", expected: "a name")
            }
            return (name, DocumentNode(node: value, file: file, path: path.isEmpty ? name : "\(path).\(name)"))
        }
    }

    /// The value of a key, or nil where the key is absent or null.
    public func value(_ key: String) throws -> DocumentNode? {
        guard case .mapping(let mapping) = node else { throw found(expected: "keys with values") }
        guard let value = mapping[Node(key)] else { return nil }
        let child = DocumentNode(node: value, file: file, path: path.isEmpty ? key : "\(path).\(key)")
        return child.isNull ? nil : child
    }

    /// The value of a key that must be there.
    public func required(_ key: String) throws -> DocumentNode {
        if let child = try value(key) { return child }
        throw InputError(
            .data, file: file, line: line, key: path.isEmpty ? key : "\(path).\(key)", problem: "the key is missing")
    }

    /// Refuses keys that are not known, naming the first of them.
    public func rejectKeys(except known: [String]) throws {
        for (key, value) in try entries() where !known.contains(key) {
            throw value.error("unknown key", expected: "one of \(known.joined(separator: ", "))")
        }
    }

    /// The elements of a list.
    public func elements() throws -> [DocumentNode] {
        guard case .sequence(let sequence) = node else { throw found(expected: "a list") }
        return sequence.enumerated().map { index, value in
            DocumentNode(node: value, file: file, path: "\(path)[\(index)]")
        }
    }

    // MARK: Scalars

    /// A text.
    public func string() throws -> String {
        guard case .scalar(let scalar) = node else { throw found(expected: "a text") }
        return scalar.string
    }

    /// One of a list of words.
    public func choice<Value>(_ choices: [(name: String, value: Value)]) throws -> Value {
        let text = try string()
        if let choice = choices.first(where: { $0.name == text }) { return choice.value }
        throw found(expected: "one of \(choices.map(\.name).joined(separator: ", "))")
    }

    /// A whole number in a range.
    public func integer(in range: ClosedRange<Int> = Int.min...Int.max) throws -> Int {
        let bounds = range == Int.min...Int.max ? "" : " from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let scalar) = node, scalar.style == .plain else {
            throw found(expected: "a whole number\(bounds)")
        }
        // A checkpoint written by Python may say 1e4 or 4096.0.
        let number = Int(scalar.string) ?? Double(scalar.string).flatMap { Int(exactly: $0) }
        guard let number, range.contains(number) else { throw found(expected: "a whole number\(bounds)") }
        return number
    }

    /// A number in a range.
    public func number(in range: ClosedRange<Double>) throws -> Double {
        guard case .scalar(let scalar) = node, scalar.style == .plain, let number = Double(scalar.string),
            range.contains(number)
        else {
            throw found(expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true` or `false`.
    public func boolean() throws -> Bool {
        guard let value = node.bool else { throw found(expected: "true or false") }
        return value
    }

    /// A value with unit, in the dimension's base unit.
    public func quantity(_ dimension: Dimension, in range: ClosedRange<Double>) throws -> Double {
        guard case .scalar(let scalar) = node, let quantity = Quantity(scalar.string, as: dimension) else {
            throw found(expected: dimension.expectation)
        }
        guard range.contains(quantity.value) else {
            let low = Quantity(range.lowerBound, dimension).text
            let high = Quantity(range.upperBound, dimension).text
            throw found(expected: "a value from \(low) to \(high)")
        }
        return quantity.value
    }
}
