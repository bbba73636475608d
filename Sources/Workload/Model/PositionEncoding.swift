/// How a model knows the position of a token.
public enum PositionEncoding: Hashable, Sendable, Codable {
    /// Rotation of the first `dimensions` elements of every query and key head (RoPE, arXiv:2104.09864).
    case rotary(dimensions: Int)
    /// A learned vector per position, added to the embedding; the table has `rows` rows of the hidden size.
    case learned(rows: Int)
}
