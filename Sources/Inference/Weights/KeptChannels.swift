import Documents
import Quantization
import Workload

/// The heads and channels of the checkpoint that a pruned layer keeps, in their order.
struct KeptChannels: Sendable, Hashable {
    /// Key and value heads, each with the query heads that use it.
    let keyValueHeads: [Int]
    /// Rows of gate and up, columns of down.
    let inner: [Int]

    /// Chooses what a layer keeps: the most important by their squares (``PruningImportance``), so many as pruning leaves.
    ///
    /// All matrices of the layer are read, whatever part of it a chip holds, so that the choice does not depend on the
    /// division.
    ///
    /// - Throws: ``InputError`` (data) for missing tensors, other shapes, or weights that are not finite.
    init(layer: Int, of pruned: TransformerModel, _ loader: MatrixLoader) throws {
        let shape = loader.model.description.shape
        let estimate = PruningImportance(.l2)
        func importance(
            _ matrix: TensorNames.Matrix, _ outputs: Int, _ inputs: Int, heads: Int? = nil, byColumn: Bool = false
        ) throws -> [Double] {
            let weights = try loader.weights(matrix, layer: layer, shape: [outputs, inputs], headDimension: heads)
            return byColumn
                ? try estimate.ofColumns(weights, rows: outputs, columns: inputs)
                : try estimate.ofRows(weights, rows: outputs, columns: inputs)
        }
        let (hidden, size) = (shape.hiddenSize, shape.headDimension)
        let heads = estimate.ofHeads(
            query: try importance(.query, shape.queryDimension, hidden, heads: size),
            key: try importance(.key, shape.keyValueDimension, hidden, heads: size),
            value: try importance(.value, shape.keyValueDimension, hidden),
            output: try importance(.output, hidden, shape.queryDimension, byColumn: true), headDimension: size)
        keyValueHeads = PruningImportance.highest(pruned.kvHeads, of: heads)
        let width = shape.intermediateSize
        var channels = [
            try importance(.up, width, hidden), try importance(.down, hidden, width, byColumn: true),
        ]
        if shape.feedForward == .gated { channels.append(try importance(.gate, width, hidden)) }
        inner = PruningImportance.highest(pruned.intermediateSize, of: estimate.combined(channels))
    }

    /// The kept elements of heads that are laid out one after the other.
    ///
    /// - Parameter size: elements of all heads that belong to one key and value head.
    func elements(ofHeads size: Int) -> [Int] { keyValueHeads.flatMap { $0 * size..<($0 + 1) * size } }
}

/// Which outputs and inputs of a checkpoint's matrix are those of a pruned one, in their order; nil where all are.
struct MatrixSelection: Sendable, Hashable {
    var outputs: [Int]?
    var inputs: [Int]?

    /// The shape of the pruned matrix.
    ///
    /// - Parameter shape: of the whole one [outputs x inputs].
    func shape(of shape: [Int]) -> [Int] { [outputs?.count ?? shape[0], inputs?.count ?? shape[1]] }

    /// Some outputs of the pruned matrix as outputs of the whole one, neighbours together.
    func outputRuns(_ range: Range<Int>) -> [Range<Int>] {
        guard let outputs else { return [range] }
        var runs: [Range<Int>] = []
        for output in outputs[range] {
            if let last = runs.last, last.upperBound == output {
                runs[runs.count - 1] = last.lowerBound..<output + 1
            } else {
                runs.append(output..<output + 1)
            }
        }
        return runs
    }

    /// The inputs of the whole matrix from the first to the last of some inputs of the pruned one, and which of these they
    /// are; nil for all.
    func inputSpan(_ range: Range<Int>) -> (span: Range<Int>, chosen: [Int]?) {
        guard let inputs, let first = inputs[range].first, let last = inputs[range].last else { return (range, nil) }
        let isWhole = last - first + 1 == range.count
        return (first..<last + 1, isWhole ? nil : inputs[range].map { $0 - first })
    }
}
