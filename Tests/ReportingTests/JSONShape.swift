import Foundation

/// What keys a JSON text has, for comparison with what is documented.
enum JSONShape {
    /// The paths of all values, lists collapsed into `[]`: `chips[].memoryBytes.total`.
    static func paths(_ data: Data) throws -> Set<String> {
        var paths: Set<String> = []
        collect(try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed), "", &paths)
        return paths
    }

    private static func collect(_ value: Any, _ path: String, _ paths: inout Set<String>) {
        if let object = value as? [String: Any] {
            for (key, child) in object { collect(child, path.isEmpty ? key : "\(path).\(key)", &paths) }
        } else if let list = value as? [Any] {
            for child in list { collect(child, path + "[]", &paths) }
        } else {
            paths.insert(path)
        }
    }

    /// `prefix.key` for keys in a text separated by white space.
    static func under(_ prefix: String, _ keys: String) -> Set<String> {
        Set(keys.split(whereSeparator: \.isWhitespace).map { "\(prefix).\($0)" })
    }
}
