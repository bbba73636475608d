/// How a GEMM is laid on a chip: the array's shape, the tile that is in the buffers at a time, the order of the tiles.
///
/// The inputs are always the innermost loop, so partial sums never leave the chip.
public struct GEMMMapping: Hashable, Sendable {
    /// Which operand stays while the other passes by.
    public enum Order: Hashable, Sendable, CaseIterable {
        /// Outer loop over outputs: weights stay, inputs pass.
        case weightsOuter
        /// Outer loop over tokens: inputs stay, weights pass.
        case tokensOuter
    }

    /// The shape of the PE array.
    public var arrangement: Arrangement
    /// Outputs of a tile.
    public var tileOutputs: Int
    /// Tokens of a tile.
    public var tileTokens: Int
    /// Inputs of a tile.
    public var tileInputs: Int
    /// The order of the tiles.
    public var order: Order

    /// Creates a mapping.
    public init(arrangement: Arrangement, tileOutputs: Int, tileTokens: Int, tileInputs: Int, order: Order) {
        self.arrangement = arrangement
        self.tileOutputs = tileOutputs
        self.tileTokens = tileTokens
        self.tileInputs = tileInputs
        self.order = order
    }
}
