import Execution
import Quantization

/// A chip's part of a linear layer: a matrix [rows x columns] and, where the layer has one, a bias.
///
/// Groups of weights that are cut between chips are held whole, with zeros for what is on other chips; inputs are padded
/// with zeros to match.
struct LinearPart: Sendable {
    private enum Kernel: Sendable {
        case float(FloatProduct)
        case vector(VectorProduct)
        case exact(PreparedWeights, ExactProduct)
        case planes(PlaneSumProduct, ExactProduct)
    }

    private let kernel: Kernel
    private let bias: [Float]
    /// Output channels.
    let rows: Int
    /// The chip's columns, of those of the groups that it holds.
    let columns: Range<Int>
    /// Columns of these groups.
    let width: Int
    /// The operator's name in reports.
    let name: String
    /// Whether the chip holds a bias of its rows: one that is added here, or that of a sum over chips.
    var hasBias: Bool
    /// Groups whose steps take another number of cycles than those of the scheme's other groups, and that number.
    var exceptionalGroups: [Int: Int] = [:]
    /// Single weights of high precision.
    var outliers = 0
    /// What becomes of its activations first.
    private let transform: InputTransform
    /// What a product with one token counts.
    var counts = ProductCounts()

    /// Weights as they are, multiplied by OpenBLAS, or in the vector unit's fixed order.
    init(weights: [Float], name: String, rows: Int, columns: Int, bias: [Float] = [], isFixedOrder: Bool = false) {
        kernel =
            isFixedOrder
            ? .vector(VectorProduct(weights: weights, rows: rows, columns: columns))
            : .float(FloatProduct(weights: weights, rows: rows, columns: columns))
        self.rows = rows
        self.columns = 0..<columns
        width = columns
        self.name = name
        self.bias = bias
        hasBias = !bias.isEmpty
        transform = InputTransform()
    }

    /// Quantised weights, dequantised for `float` arithmetic.
    ///
    /// - Parameters:
    ///   - tensor: whole groups.
    ///   - columns: the chip's columns of them.
    /// - Precondition: the scheme runs on the PE unless the arithmetic is `float`.
    init(
        _ tensor: QuantizedTensor, name: String, columns: Range<Int>, bias: [Float] = [],
        transform: InputTransform = InputTransform(), _ scheme: Scheme, _ arithmetic: InferenceArithmetic
    ) {
        let tensor = tensor.masked(to: columns)
        if let product = arithmetic.product(scheme) {
            guard let weights = PreparedWeights(tensor) else { preconditionFailure("the scheme runs on the PE") }
            kernel = .exact(weights, product)
        } else {
            kernel = .float(FloatProduct(tensor, .reference))
        }
        rows = tensor.rows
        self.columns = columns
        width = tensor.columns
        self.name = name
        self.bias = bias
        hasBias = !bias.isEmpty
        self.transform = transform
    }

    /// Rows and whole groups of a method's matrix: its planes, or for `float` arithmetic its weights.
    ///
    /// - Parameter columns: the chip's columns of the groups.
    init(
        _ matrix: some PlaneMatrix, rows: Range<Int>, groups: Range<Int>, name: String, columns: Range<Int>,
        bias: [Float] = [], transform: InputTransform, _ scheme: Scheme, _ arithmetic: InferenceArithmetic
    ) {
        let size = scheme.groupSize
        let held = groups.lowerBound * size..<min(groups.upperBound * size, matrix.columns)
        let part = matrix.planeSum().slice(rows: rows, groups: groups).masked(to: columns)
        if let product = arithmetic.product(scheme) {
            kernel = .planes(PlaneSumProduct(part), product)
        } else {
            let all = matrix.dequantized()
            kernel = .float(
                FloatProduct(
                    weights: rows.flatMap {
                        all[$0 * matrix.columns + held.lowerBound..<$0 * matrix.columns + held.upperBound]
                    },
                    rows: rows.count, columns: held.count))
        }
        var transform = transform
        // Dequantised weights have the factors in them.
        if case .planes = kernel, !matrix.inputFactors.isEmpty { transform.factors = Array(matrix.inputFactors[held]) }
        self.transform = transform
        self.rows = rows.count
        self.columns = columns
        width = held.count
        self.name = name
        self.bias = bias
        hasBias = !bias.isEmpty
        exceptionalGroups = matrix.exceptionalGroups.filter { groups.contains($0.key) }.reduce(into: [:]) {
            $0[$1.key - groups.lowerBound] = $1.value
        }
        outliers = part.outliers.count
    }

    /// What activations are divided by in front of it [columns]; empty for 1.
    var divisors: [Float] { transform.divisors }

    /// Activations of the chip's columns [tokens x columns], with zeros for the others of its groups.
    func padded(_ input: LinearInput) -> LinearInput {
        guard columns.count < width else { return input }
        var padded = [Float](repeating: 0, count: input.tokens * width)
        for token in 0..<input.tokens {
            for column in 0..<columns.count {
                padded[token * width + columns.lowerBound + column] = input.values[token * columns.count + column]
            }
        }
        return LinearInput(padded, tokens: input.tokens, scales: input.scales)
    }

    /// Dot products of every row with every token's activations [tokens x rows].
    func callAsFunction(_ input: LinearInput) -> [Float] {
        let input = input.transformed(by: transform)
        var result =
            switch kernel {
            case .float(let product): product(input.values, tokens: input.tokens)
            case .vector(let product): product(input.values, tokens: input.tokens)
            case .exact(let weights, let product): product(weights, input.prepared(weights.layout))
            case .planes(let planes, let product):
                planes(input.readValues(), tokens: input.tokens, planes.layouts.map { input.prepared($0) }, product)
            }
        for (token, scale) in input.scales.enumerated() {
            for row in 0..<rows { result[token * rows + row] *= scale }
        }
        if !bias.isEmpty {
            for token in 0..<input.tokens { for row in 0..<rows { result[token * rows + row] += bias[row] } }
        }
        return result
    }
}
