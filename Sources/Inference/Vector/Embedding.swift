import Checkpoints
import Documents
import Workload

/// The vectors that tokens enter the first layer with: rows of the embedding, plus those of their positions where a model
/// has learned them. Rows are read when they are needed.
struct Embedding: Sendable {
    private let weights: any WeightSource
    private let tokens: String
    private let width: Int
    /// The tensor of positions and the row of position 0.
    private let positions: (name: String, first: Int)?

    /// - Throws: ``InputError`` (data) if a tensor is missing or has another shape.
    init(_ model: LanguageModel) throws {
        let shape = model.description.shape
        weights = model.weights
        tokens = model.names.embedding + ".weight"
        width = shape.hiddenSize
        try weights.require(tokens, [shape.vocabularySize, width])
        if case .learned(let rows) = shape.position {
            let name = model.names.positions + ".weight"
            try weights.require(name, [rows, width])
            positions = (name, model.description.firstPositionRow)
        } else {
            positions = nil
        }
    }

    /// The vectors of the tokens among some rows of the embedding, and zeros for others [tokens x hidden].
    ///
    /// - Throws: ``InputError`` (data) if a weight is infinite or NaN.
    func callAsFunction(_ step: [StepToken], of rows: Range<Int>) throws -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(step.count * width)
        for token in step {
            guard rows.contains(token.token) else {
                result += repeatElement(0, count: width)
                continue
            }
            var row = try weights.finite(tokens, rows: token.token..<token.token + 1, columns: 0..<width)
            if let positions {
                let place = positions.first + token.position
                let vector = try weights.finite(positions.name, rows: place..<place + 1, columns: 0..<width)
                for index in row.indices { row[index] += vector[index] }
            }
            result += row
        }
        return result
    }
}
