import Documents

/// A value of a JSON text; the members of an object keep their order, and equal keys stay apart.
enum JSONValue {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([(key: String, value: JSONValue)])
}

/// A value that knows where it stands, and reads itself as a type or throws an ``InputError`` that says so.
struct JSONNode {
    let value: JSONValue
    let file: String
    let path: String

    func error(_ problem: String, expected: String? = nil) -> InputError {
        InputError(.data, file: file, key: path.isEmpty ? nil : path, problem: problem, expected: expected)
    }

    private var kind: String {
        switch value {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .text(let text): "\"\(text.prefix(60))\""
        case .list: "a list"
        case .object: "an object"
        }
    }

    private func wrong(_ expected: String) -> InputError { error("found \(kind)", expected: expected) }

    var isNull: Bool { if case .null = value { true } else { false } }

    /// The value of a key, or nil where it is absent or null.
    subscript(key: String) -> JSONNode? {
        get throws {
            guard case .object(let members) = value else { throw wrong("an object") }
            guard let member = members.first(where: { $0.key.utf8.elementsEqual(key.utf8) }) else { return nil }
            let node = JSONNode(value: member.value, file: file, path: path.isEmpty ? key : "\(path).\(key)")
            return node.isNull ? nil : node
        }
    }

    /// The value of a key that must be there.
    func required(_ key: String) throws -> JSONNode {
        if let node = try self[key] { return node }
        throw InputError(
            .data, file: file, key: path.isEmpty ? key : "\(path).\(key)", problem: "the key is missing")
    }

    /// The members of an object.
    func members() throws -> [(key: String, value: JSONValue)] {
        guard case .object(let members) = value else { throw wrong("an object") }
        return members
    }

    /// The elements of a list.
    func elements() throws -> [JSONNode] {
        guard case .list(let elements) = value else { throw wrong("a list") }
        return elements.enumerated().map { JSONNode(value: $1, file: file, path: "\(path)[\($0)]") }
    }

    func text() throws -> String {
        guard case .text(let text) = value else { throw wrong("a text") }
        return text
    }

    func boolean() throws -> Bool {
        guard case .boolean(let flag) = value else { throw wrong("true or false") }
        return flag
    }

    /// A natural number below a limit.
    func natural(below limit: Int) throws -> Int {
        guard case .number(let number) = value, let integer = Int(exactly: number), (0..<limit).contains(integer)
        else { throw wrong("a whole number from 0 to \(limit - 1)") }
        return integer
    }
}
