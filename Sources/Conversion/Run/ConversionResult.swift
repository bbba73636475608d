import Checkpoints
import Quantization

/// What a conversion did, on the coordinator.
public struct ConversionResult: Sendable {
    /// A quantised matrix.
    public struct Matrix: Sendable {
        /// The name in the input.
        public let name: String
        /// Rows and columns.
        public let shape: [Int]
        /// The element type in the input.
        public let type: ElementType
        /// What quantisation did to it.
        public let statistics: MatrixStatistics
    }

    /// What was done.
    public let plan: ConversionPlan
    /// The quantised matrices in the order of their names.
    public let matrices: [Matrix]
    /// All of them together, added in that order.
    public let total: MatrixStatistics
    /// Tensors that were copied, in the order of their names.
    public let copied: [TensorInfo]
    /// Bytes of the output file.
    public let outputBytes: Int
}
