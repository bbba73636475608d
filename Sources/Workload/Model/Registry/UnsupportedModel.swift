/// A well-known model that ``TransformerModel`` cannot describe truthfully.
public struct UnsupportedModel: Hashable, Sendable {
    /// The name one would ask for.
    public let name: String
    /// Other names.
    public let aliases: [String]
    /// What is not modelled.
    public let reason: String

    init(_ name: String, _ architecture: UnsupportedArchitecture, aliases: [String]) {
        self.name = name
        self.aliases = aliases
        reason = architecture.reason
    }
}
