import Documents

/// How a user wants the model divided: `auto`, `tp8`, `tp4,pp2`, `tp2,dp4,ep8,sp`.
public enum ParallelismRequest: Hashable, Sendable, Codable {
    /// As the planner sees fit.
    case automatic
    /// In exactly this way.
    case explicit(ParallelDegrees)

    /// Reads the text of the option.
    ///
    /// - Throws: ``InputError`` where it is neither `auto` nor a list of `tpN`, `ppN`, `dpN`, `epN` and `sp`.
    public init(_ text: String) throws {
        if text == "auto" {
            self = .automatic
            return
        }
        var degrees: [String: Int] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let axis = String(part.prefix(2))
            let degree = axis == "sp" && part.count == 2 ? 1 : Int(part.dropFirst(2))
            guard ["tp", "pp", "dp", "ep", "sp"].contains(axis), axis != "sp" || part.count == 2, let degree,
                (1...65536).contains(degree), degrees.updateValue(degree, forKey: axis) == nil
            else {
                throw InputError(
                    .usage, key: "--parallel", problem: "found \"\(text)\"",
                    expected: "auto, or tpN and ppN, dpN, epN with N from 1 to 65536, and sp, such as tp4,pp2 or tp8,sp"
                )
            }
        }
        self = .explicit(
            ParallelDegrees(
                tensor: degrees["tp"] ?? 1, pipeline: degrees["pp"] ?? 1, data: degrees["dp"] ?? 1,
                expert: degrees["ep"] ?? 1, isSequenceParallel: degrees["sp"] != nil))
    }

    /// The text of the option.
    public var text: String {
        switch self {
        case .automatic: "auto"
        case .explicit(let degrees): degrees.text
        }
    }
}
