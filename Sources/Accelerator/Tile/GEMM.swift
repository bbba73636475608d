/// One matrix product on one chip: `out[tokens x outputs] = in[tokens x inputs] · weights[outputs x inputs]ᵀ`.
public struct GEMM: Hashable, Sendable {
    /// Rows of the weights.
    public var outputs: Int
    /// Columns of the weights: the reduction.
    public var inputs: Int
    /// Columns of the first column's quantisation group that come before it, on another chip. A cut group has its metadata
    /// on both chips, and its weights keep their lanes.
    public var inputOffset: Int
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
        outputs: Int, inputs: Int, inputOffset: Int = 0, tokens: Int, weights: WeightFormat, inputBits: Int = 16,
        outputBits: Int = 16, isInputResident: Bool, isOutputResident: Bool
    ) {
        precondition(outputs > 0 && inputs > 0 && tokens > 0, "a GEMM has positive dimensions")
        precondition((0..<weights.groupSize).contains(inputOffset), "the first column lies in the first group")
        self.outputs = outputs
        self.inputs = inputs
        self.inputOffset = inputOffset
        self.tokens = tokens
        self.weights = weights
        self.inputBits = inputBits
        self.outputBits = outputBits
        self.isInputResident = isInputResident
        self.isOutputResident = isOutputResident
    }

    /// Columns from the start of the first group on.
    var inputSpan: Int { inputOffset + inputs }

    /// Multiply-adds.
    public var macs: Int { outputs * inputs * tokens }
}
