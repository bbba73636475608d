import Checkpoints
import Documents
import Quantization

/// Reads the parts of matrices that a chip holds and quantises them.
///
/// What is read is the part, except where the scheme's scales belong to whole rows or its data type to the whole matrix:
/// then that is read, quantised and cut, so that the weights do not depend on the division.
struct MatrixLoader {
    let model: LanguageModel
    let options: InferenceOptions

    /// A part of a layer's matrix.
    ///
    /// - Parameters:
    ///   - shape: what the whole matrix must be, [outputs x inputs].
    ///   - rows: the outputs wanted; for queries and keys whole heads.
    ///   - groups: the groups of inputs wanted, of the scheme's size or of `groupSize` where nothing is quantised.
    ///   - headDimension: the size of heads whose rows may be interleaved, or nil.
    ///   - hasBias: whether the wanted rows' biases belong to this part.
    /// - Throws: ``InputError`` (data) for a missing tensor, another shape, or weights that cannot be quantised.
    func part(
        _ matrix: TensorNames.Matrix, layer: Int, shape: [Int], rows: Range<Int>, columns: Range<Int>,
        groups: Range<Int>, headDimension: Int? = nil, hasBias: Bool = false
    ) throws -> LinearPart {
        let name = model.names.matrix(matrix, layer: layer)
        let heads = model.hasInterleavedHeads ? headDimension : nil
        var bias: [Float] = []
        if hasBias {
            let all = Self.untangled(
                try model.weights.vector(name + ".bias", count: shape[0]), columns: 1, headDimension: heads)
            bias = Array(all[rows])
        }
        return try part(
            name + ".weight", shape: shape, rows: rows, columns: columns, groups: groups, headDimension: heads,
            bias: bias)
    }

    /// A part of any matrix.
    func part(
        _ name: String, shape: [Int], rows: Range<Int>, columns: Range<Int>, groups: Range<Int>,
        headDimension: Int? = nil, bias: [Float] = []
    ) throws -> LinearPart {
        try model.weights.require(name, shape)
        guard let scheme = options.weightScheme else {
            let weights = try read(name, rows: rows, columns: columns, headDimension: headDimension)
            return LinearPart(weights: weights, rows: rows.count, columns: columns.count, bias: bias)
        }
        let needsMatrix = Self.hasTypePerMatrix(scheme)
        let needsRows = needsMatrix || scheme.rowScaleCount > 0
        let readRows = needsMatrix ? 0..<shape[0] : rows
        let readColumns = needsRows ? 0..<shape[1] : columns
        let weights = try read(name, rows: readRows, columns: readColumns, headDimension: headDimension)
        let tensor: QuantizedTensor
        do throws(QuantizationError) {
            tensor = try Quantizer(scheme).quantize(weights, rows: readRows.count, columns: readColumns.count)
        } catch {
            throw InputError(.data, file: model.weights.path, key: name, problem: "\(error)")
        }
        let part = tensor.slice(
            rows: needsMatrix ? rows : 0..<rows.count, groups: needsRows ? groups : 0..<groups.count)
        return LinearPart(part, bias: bias, options.arithmetic)
    }

    /// The embedding's rows as a head that stays as it is.
    func tiedHead(rows: Range<Int>, columns: Int) throws -> LinearPart {
        let weights = try model.weights.read(model.names.embedding, rows: rows, columns: 0..<columns)
        return LinearPart(
            weights: weights, rows: rows.count, columns: columns, isFixedOrder: options.arithmetic != .float)
    }

    private static func hasTypePerMatrix(_ scheme: Scheme) -> Bool {
        switch scheme.family {
        case .antPerChannel, .olive: true
        default: false
        }
    }

    private func read(
        _ name: String, rows: Range<Int>, columns: Range<Int>, headDimension: Int?
    ) throws -> [Float] {
        let weights = try model.weights.read(name, rows: rows, columns: columns)
        if let index = weights.firstIndex(where: { !$0.isFinite }) {
            let place = (rows.lowerBound + index / columns.count, columns.lowerBound + index % columns.count)
            throw InputError(
                .data, file: model.weights.path, key: name,
                problem: "the weight [\(place.0), \(place.1)] is \(weights[index].isNaN ? "NaN" : "infinite")")
        }
        return Self.untangled(weights, columns: columns.count, headDimension: headDimension)
    }

    /// Rows of heads in which neighbours are rotated, in the order in which rows half a head apart are.
    static func untangled(_ weights: [Float], columns: Int, headDimension: Int?) -> [Float] {
        guard let headDimension else { return weights }
        let half = headDimension / 2
        var result = weights
        for row in 0..<weights.count / columns {
            let (head, place) = row.quotientAndRemainder(dividingBy: headDimension)
            let target = head * headDimension + (place % 2) * half + place / 2
            for column in 0..<columns { result[target * columns + column] = weights[row * columns + column] }
        }
        return result
    }
}
