import Foundation

/// What differs between two JSON values, by the path of keys.
public enum JSONComparison {
    /// One difference.
    public struct Difference: Hashable, Sendable {
        /// The keys that lead there, joined by dots; elements of lists by number in brackets.
        public var path: String
        /// The value in the first, as JSON; nil where it has none.
        public var first: String?
        /// The value in the second.
        public var second: String?
        /// By how much the second number is larger, as a fraction of the first; nil without two numbers.
        public var change: Double?
    }

    /// The differences of two JSON texts, in alphabetical order of paths.
    ///
    /// - Throws: where one is no JSON.
    public static func differences(_ first: Data, _ second: Data) throws -> [Difference] {
        let (one, two) = (try leaves(first), try leaves(second))
        return Set(one.keys).union(two.keys).sorted(by: precedes).compactMap { path in
            let (a, b) = (one[path], two[path])
            guard a?.text != b?.text else { return nil }
            var change: Double?
            if let from = a?.number, let to = b?.number, from != 0 { change = (to - from) / abs(from) }
            return Difference(path: path, first: a?.text, second: b?.text, change: change)
        }
    }

    private struct Leaf {
        var text: String
        var number: Double?
    }

    private static func leaves(_ data: Data) throws -> [String: Leaf] {
        var leaves: [String: Leaf] = [:]
        func visit(_ value: Any, _ path: String) throws {
            switch value {
            case let object as [String: Any] where !object.isEmpty:
                for (key, value) in object { try visit(value, path.isEmpty ? key : "\(path).\(key)") }
            case let list as [Any] where !list.isEmpty:
                for (index, value) in list.enumerated() { try visit(value, "\(path)[\(index)]") }
            default:
                let text = try JSONSerialization.data(
                    withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
                let string = String(decoding: text, as: UTF8.self)
                leaves[path] = Leaf(text: string, number: Double(string))
            }
        }
        try visit(JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed]), "")
        return leaves
    }

    /// Alphabetical, but numbers in brackets by their value.
    private static func precedes(_ first: String, _ second: String) -> Bool {
        func parts(_ path: String) -> [(Int, String)] {
            path.split(whereSeparator: { $0 == "." || $0 == "[" }).map { part in
                part.hasSuffix("]") ? (Int(part.dropLast()) ?? 0, "") : (-1, String(part))
            }
        }
        let (one, two) = (parts(first), parts(second))
        for (a, b) in zip(one, two) where a != b { return a < b }
        return one.count < two.count
    }
}
