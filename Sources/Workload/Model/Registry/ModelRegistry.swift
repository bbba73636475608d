import Documents
import Units

/// The models known by name.
///
/// Every total in ``TransformerModel/totalParameters`` equals the published parameter count of the checkpoint (OPT-66B
/// and OPT-175B, of which only rounded sizes were published, apart).
public enum ModelRegistry {
    /// All entries, families in the order of the tables in this folder, small models first.
    public static let entries: [RegisteredModel] =
        optModels + phiModels + llamaModels + mistralModels + qwenModels + falconModels + smallModels

    /// The models of all entries.
    public static var all: [TransformerModel] { entries.map(\.model) }

    /// The names of all entries.
    public static var names: [String] { entries.map(\.model.name) }

    /// The model of a name or alias, upper or lower case.
    ///
    /// - Throws: `InputError` of category `usage`, which names similar names, or the reason why a well-known model is
    ///   not among them.
    public static func model(named name: String) throws -> TransformerModel {
        let wanted = name.lowercased()
        if let entry = entries.first(where: { matches(wanted, $0.model.name, $0.aliases) }) { return entry.model }
        if let known = unsupported.first(where: { matches(wanted, $0.name, $0.aliases) }) {
            throw InputError(.usage, problem: "the model \"\(name)\" is not supported: \(known.reason)")
        }
        let similar = similarNames(to: wanted)
        throw InputError(
            .usage, problem: "there is no model \"\(name)\"",
            expected: similar.isEmpty
                ? "one of \(names.joined(separator: ", "))" : "a name such as \(similar.joined(separator: ", "))")
    }

    private static func matches(_ wanted: String, _ name: String, _ aliases: [String]) -> Bool {
        name.lowercased() == wanted || aliases.contains { $0.lowercased() == wanted }
    }

    /// At most three names, nearest first, of models whose name or alias differs in few characters.
    private static func similarNames(to wanted: String) -> [String] {
        let near = entries.enumerated().compactMap { order, entry -> (distance: Int, order: Int, name: String)? in
            let names = [entry.model.name] + entry.aliases
            guard let distance = names.map({ editDistance($0.lowercased(), wanted) }).min() else { return nil }
            return distance <= max(2, wanted.count / 3) ? (distance, order, entry.model.name) : nil
        }
        return near.sorted { ($0.distance, $0.order) < ($1.distance, $1.order) }.prefix(3).map(\.name)
    }
}
