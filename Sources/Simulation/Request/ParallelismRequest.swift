import Documents

/// How a user wants the model divided: `auto`, `tp8`, `pp4`, `tp4,pp2`.
public enum ParallelismRequest: Hashable, Sendable, Codable {
    /// As the planner sees fit.
    case automatic
    /// So many chips side by side on each layer, so many stages of layers one after the other.
    case explicit(tensor: Int, pipeline: Int)

    /// Reads the text of the option.
    ///
    /// - Throws: ``InputError`` where it is neither `auto` nor a list of `tpN` and `ppN`.
    public init(_ text: String) throws {
        if text == "auto" {
            self = .automatic
            return
        }
        var degrees = ["tp": 1, "pp": 1]
        var seen: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let axis = String(part.prefix(2))
            guard degrees[axis] != nil, let degree = Int(part.dropFirst(2)), (1...65536).contains(degree),
                seen.insert(axis).inserted
            else {
                throw InputError(
                    .usage, key: "--parallel", problem: "found \"\(text)\"",
                    expected: "auto, or tpN and ppN with N from 1 to 65536, such as tp4,pp2")
            }
            degrees[axis] = degree
        }
        self = .explicit(tensor: degrees["tp"] ?? 1, pipeline: degrees["pp"] ?? 1)
    }

    /// The text of the option.
    public var text: String {
        switch self {
        case .automatic: "auto"
        case .explicit(let tensor, let pipeline): pipeline == 1 ? "tp\(tensor)" : "tp\(tensor),pp\(pipeline)"
        }
    }
}
