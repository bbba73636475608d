/// The value of one constant, with where it comes from.
public struct Parameter: Hashable, Sendable, Codable {
    /// How far the value can be trusted.
    public enum Confidence: String, Hashable, Sendable, Codable {
        /// Within about 10 %, or a definition of the design.
        case high
        /// Within about 30 %.
        case medium
        /// A factor of two either way: sweep it.
        case low
        /// Given by the user.
        case user
    }

    /// The value in the base unit of the key's dimension.
    public var value: Double
    /// Paper, standard, tool run or assumption behind it.
    public var source: String
    /// How far it can be trusted.
    public var confidence: Confidence

    /// Creates a value with its source.
    public init(_ value: Double, _ confidence: Confidence, _ source: String) {
        self.value = value
        self.source = source
        self.confidence = confidence
    }
}
