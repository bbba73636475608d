import Execution
import Quantization

/// A chip's part of a linear layer: a matrix [rows x columns] and, where the layer has one, a bias.
struct LinearPart: Sendable {
    private enum Kernel: Sendable {
        case float(FloatProduct)
        case vector(VectorProduct)
        case exact(PreparedWeights, ExactProduct)
    }

    private let kernel: Kernel
    private let bias: [Float]
    /// Output channels.
    let rows: Int

    /// Weights as they are, multiplied by OpenBLAS, or in the vector unit's fixed order.
    init(weights: [Float], rows: Int, columns: Int, bias: [Float] = [], isFixedOrder: Bool = false) {
        kernel =
            isFixedOrder
            ? .vector(VectorProduct(weights: weights, rows: rows, columns: columns))
            : .float(FloatProduct(weights: weights, rows: rows, columns: columns))
        self.rows = rows
        self.bias = bias
    }

    /// Quantised weights, dequantised for `float` arithmetic.
    ///
    /// - Precondition: the scheme runs on the PE unless the arithmetic is `float`.
    init(_ tensor: QuantizedTensor, bias: [Float] = [], _ arithmetic: InferenceArithmetic) {
        if let product = arithmetic.product {
            guard let weights = PreparedWeights(tensor) else { preconditionFailure("the scheme runs on the PE") }
            kernel = .exact(weights, product)
        } else {
            kernel = .float(FloatProduct(tensor, .reference))
        }
        rows = tensor.rows
        self.bias = bias
    }

    /// Dot products of every row with every token's activations [tokens x rows].
    func callAsFunction(_ input: LinearInput) -> [Float] {
        var result =
            switch kernel {
            case .float(let product): product(input.values, tokens: input.tokens)
            case .vector(let product): product(input.values, tokens: input.tokens)
            case .exact(let weights, let product): product(weights, input.prepared(weights.layout))
            }
        if !bias.isEmpty {
            for token in 0..<input.tokens { for row in 0..<rows { result[token * rows + row] += bias[row] } }
        }
        return result
    }
}
