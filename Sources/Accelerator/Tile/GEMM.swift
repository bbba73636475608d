/// One matrix product on one chip: `out[tokens x outputs] = in[tokens x inputs] · weights[outputs x inputs]ᵀ`.
public struct GEMM: Hashable, Sendable {
    /// Rows of the weights.
    public var outputs: Int
    /// Columns of the weights: the reduction.
    public var inputs: Int
    /// Rows of the input.
    public var tokens: Int
    /// How the weights are stored and processed.
    public var weights: WeightFormat
    /// Bits of an input element.
    public var inputBits: Int
    /// Bits of an output element: 32 where partial sums go on to an all-reduce.
    public var outputBits: Int
    /// Whether the input is in the activation buffer already.
    public var isInputResident: Bool
    /// Whether the output stays in the activation buffer.
    public var isOutputResident: Bool

    /// Creates a product.
    public init(
        outputs: Int, inputs: Int, tokens: Int, weights: WeightFormat, inputBits: Int = 16, outputBits: Int = 16,
        isInputResident: Bool, isOutputResident: Bool
    ) {
        precondition(outputs > 0 && inputs > 0 && tokens > 0, "a GEMM has positive dimensions")
        self.outputs = outputs
        self.inputs = inputs
        self.tokens = tokens
        self.weights = weights
        self.inputBits = inputBits
        self.outputBits = outputBits
        self.isInputResident = isInputResident
        self.isOutputResident = isOutputResident
    }

    /// Multiply-adds.
    public var macs: Int { outputs * inputs * tokens }
}
