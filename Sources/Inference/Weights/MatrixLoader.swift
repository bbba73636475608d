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
    /// What quantises by another paper's method, where that is asked for.
    private let methods: MethodQuantizer?

    /// A loader.
    ///
    /// - Throws: ``InputError`` where statistics of activations are to be read that are not there.
    init(model: LanguageModel, options: InferenceOptions) throws {
        self.init(
            model: model, options: options,
            statistics: try options.calibration.map { CalibrationStatistics(try Checkpoint(path: $0)) })
    }

    /// A loader.
    ///
    /// - Parameter statistics: of the model's activations, or nil for the weights-only form of each method.
    init(model: LanguageModel, options: InferenceOptions, statistics: CalibrationStatistics?) {
        self.model = model
        self.options = options
        if let scheme = options.weightScheme, scheme.isMethod {
            methods = MethodQuantizer(scheme, statistics: statistics)
        } else {
            methods = nil
        }
    }

    /// A part of a layer's matrix.
    ///
    /// - Parameters:
    ///   - shape: what the whole matrix must be, [outputs x inputs].
    ///   - name: the operator's, for reports.
    ///   - rows: the outputs wanted; for queries and keys whole heads.
    ///   - columns: the inputs wanted. They may begin or end inside a quantisation group.
    ///   - headDimension: the size of heads whose rows may be interleaved, or nil.
    ///   - hasBias: whether the wanted rows' biases belong to this part.
    ///   - kept: the outputs and inputs of a pruned matrix, of which `rows` and `columns` are then some.
    /// - Throws: ``InputError`` (data) for a missing tensor, another shape, or weights that cannot be quantised.
    func part(
        _ matrix: TensorNames.Matrix, layer: Int, name: String, shape: [Int], rows: Range<Int>, columns: Range<Int>,
        headDimension: Int? = nil, hasBias: Bool = false, kept: MatrixSelection = MatrixSelection()
    ) throws -> LinearPart {
        let place = model.names.place(matrix, layer: layer, model.description.shape)
        let heads = model.hasInterleavedHeads ? headDimension : nil
        var bias: [Float] = []
        if hasBias {
            let tensor = try model.weights.finiteVector(
                place.tensor + ".bias", count: place.tensorOutputs ?? shape[0])
            let all = Self.untangled(Array(tensor[place.outputs(0..<shape[0])]), columns: 1, headDimension: heads)
            bias = kept.outputRuns(rows).flatMap { all[$0] }
        }
        if let methods {
            let request = try methodRequest(matrix, layer: layer, shape: shape, headDimension: headDimension, kept)
            return try part(request, methods, name: name, place, rows: rows, columns: columns, bias: bias)
        }
        return try part(
            place, options.weightScheme, name: name, shape: shape, rows: rows, columns: columns,
            headDimension: heads, bias: bias, kept: kept)
    }

    // MARK: Methods of other papers

    private func methodRequest(
        _ matrix: TensorNames.Matrix, layer: Int, shape: [Int], headDimension: Int?, _ kept: MatrixSelection
    ) throws -> MethodQuantizer.Request {
        let place = model.names.place(matrix, layer: layer, model.description.shape)
        try model.weights.require(place.tensor + ".weight", place.tensorShape(shape))
        let keptShape = kept.shape(of: shape)
        let weights = {
            try read(
                place, rows: 0..<keptShape[0], columns: 0..<keptShape[1],
                headDimension: model.hasInterleavedHeads ? headDimension : nil, kept: kept)
        }
        // Of all rows, pruned or not: what matters is the range of a channel.
        let siblings = {
            try CalibrationSite(matrix).matrices.compactMap { try columnsOf($0, layer: layer, kept.inputs) }
        }
        return MethodQuantizer.Request(
            matrix: matrix, layer: layer, weights: weights, rows: keptShape[0], columns: keptShape[1],
            channels: shape[1], kept: kept.inputs, siblings: siblings)
    }

    /// All rows of a matrix of a layer, or nil where the model has no such matrix.
    private func columnsOf(_ matrix: TensorNames.Matrix, layer: Int, _ kept: [Int]?) throws -> [Float]? {
        let place = model.names.place(matrix, layer: layer, model.description.shape)
        guard let shape = model.weights.shape(of: place.tensor + ".weight") else { return nil }
        let description = model.description.shape
        let outputs =
            switch matrix {
            case .query: description.queryDimension
            case .key, .value: description.keyValueDimension
            case .output, .down: description.hiddenSize
            case .gate, .up: description.intermediateSize
            }
        let inputs = place.isTransposed ? shape[0] : shape[1]
        return try read(
            place, rows: 0..<outputs, columns: 0..<(kept?.count ?? inputs), headDimension: nil,
            kept: MatrixSelection(inputs: kept))
    }

    /// A chip's part of a matrix that is quantised as a whole.
    private func part(
        _ request: MethodQuantizer.Request, _ methods: MethodQuantizer, name: String, _ place: MatrixPlace,
        rows: Range<Int>, columns: Range<Int>, bias: [Float]
    ) throws -> LinearPart {
        let scheme = methods.scheme
        let size = scheme.groupSize
        let groups = columns.lowerBound / size..<(columns.upperBound + size - 1) / size
        let held = groups.lowerBound * size..<min(groups.upperBound * size, request.columns)
        let quantized: MethodQuantizer.Quantized
        do {
            quantized = try methods.quantize(request)
        } catch let error as QuantizationError {
            throw InputError(
                .data, file: model.weights.path, key: place.tensor + ".weight", problem: "\(error)")
        } catch let error as CalibrationError {
            throw InputError(
                .data, file: options.calibration, key: request.place.name, problem: "\(error)")
        }
        let own = columns.lowerBound - held.lowerBound..<columns.upperBound - held.lowerBound
        let transform = InputTransform(
            divisors: quantized.divisors.isEmpty ? [] : Array(quantized.divisors[held]), format: scheme.activations,
            rule: scheme.family == .bitNet ? .bitNet : .smoothQuant)
        switch quantized.matrix {
        case .tensor(let tensor):
            return LinearPart(
                tensor.slice(rows: rows, groups: groups), name: name, columns: own, bias: bias, transform: transform,
                scheme, options.arithmetic)
        case .planes(let planes):
            return LinearPart(
                planes, rows: rows, groups: groups, name: name, columns: own, bias: bias, transform: transform, scheme,
                options.arithmetic)
        }
    }

    /// All weights of a layer's matrix as the checkpoint has them [outputs x inputs], the rows of heads in their order.
    ///
    /// - Throws: ``InputError`` (data) for a missing tensor or another shape.
    func weights(
        _ matrix: TensorNames.Matrix, layer: Int, shape: [Int], headDimension: Int? = nil
    ) throws -> [Float] {
        let place = model.names.place(matrix, layer: layer, model.description.shape)
        try model.weights.require(place.tensor + ".weight", place.tensorShape(shape))
        return try read(
            place, rows: 0..<shape[0], columns: 0..<shape[1],
            headDimension: model.hasInterleavedHeads ? headDimension : nil)
    }

    /// Rows of the head, which may be the embedding.
    func head(rows: Range<Int>) throws -> LinearPart {
        let shape = model.description.shape
        let tensor = shape.hasTiedEmbeddings ? model.names.embedding : model.names.head
        return try part(
            MatrixPlace(tensor: tensor), options.headScheme(of: model.description), name: "lm_head",
            shape: [shape.vocabularySize, shape.hiddenSize], rows: rows, columns: 0..<shape.hiddenSize)
    }

    /// A part of any matrix.
    private func part(
        _ place: MatrixPlace, _ scheme: Scheme?, name: String, shape: [Int], rows: Range<Int>, columns: Range<Int>,
        headDimension: Int? = nil, bias: [Float] = [], kept: MatrixSelection = MatrixSelection()
    ) throws -> LinearPart {
        let tensorName = place.tensor + ".weight"
        try model.weights.require(tensorName, place.tensorShape(shape))
        let shape = kept.shape(of: shape)
        guard let scheme else {
            let weights = try read(place, rows: rows, columns: columns, headDimension: headDimension, kept: kept)
            return LinearPart(
                weights: weights, name: name, rows: rows.count, columns: columns.count, bias: bias,
                isFixedOrder: options.arithmetic != .float)
        }
        let groupSize = scheme.groupSize
        let groups = columns.lowerBound / groupSize..<(columns.upperBound + groupSize - 1) / groupSize
        let held = groups.lowerBound * groupSize..<min(groups.upperBound * groupSize, shape[1])
        let needsMatrix = Self.hasTypePerMatrix(scheme)
        let needsRows = needsMatrix || scheme.rowScaleCount > 0
        let readRows = needsMatrix ? 0..<shape[0] : rows
        let readColumns = needsRows ? 0..<shape[1] : held
        let weights = try read(
            place, rows: readRows, columns: readColumns, headDimension: headDimension, kept: kept)
        let tensor: QuantizedTensor
        do throws(QuantizationError) {
            tensor = try Quantizer(scheme).quantize(weights, rows: readRows.count, columns: readColumns.count)
        } catch {
            throw InputError(.data, file: model.weights.path, key: tensorName, problem: "\(error)")
        }
        let part = tensor.slice(
            rows: needsMatrix ? rows : 0..<rows.count, groups: needsRows ? groups : 0..<groups.count)
        let own = columns.lowerBound - held.lowerBound..<columns.upperBound - held.lowerBound
        return LinearPart(part, name: name, columns: own, bias: bias, scheme, options.arithmetic)
    }

    private static func hasTypePerMatrix(_ scheme: Scheme) -> Bool {
        switch scheme.family {
        case .antPerChannel, .olive: true
        default: false
        }
    }

    private func read(
        _ place: MatrixPlace, rows: Range<Int>, columns: Range<Int>, headDimension: Int?,
        kept: MatrixSelection = MatrixSelection()
    ) throws -> [Float] {
        let name = place.tensor + ".weight"
        let (span, chosen) = kept.inputSpan(columns)
        var weights: [Float] = []
        for run in kept.outputRuns(rows) {
            let outputs = place.outputs(run)
            let block =
                place.isTransposed
                ? Self.transposed(
                    try model.weights.finite(name, rows: span, columns: outputs), rows: span.count)
                : try model.weights.finite(name, rows: outputs, columns: span)
            guard let chosen else {
                if run.count == rows.count { weights = block } else { weights += block }
                continue
            }
            for row in 0..<run.count { weights += chosen.lazy.map { block[row * span.count + $0] } }
        }
        return Self.untangled(weights, columns: columns.count, headDimension: headDimension)
    }

    /// A matrix of some rows with its rows as columns.
    static func transposed(_ weights: [Float], rows: Int) -> [Float] {
        let columns = weights.count / rows
        var result = [Float](repeating: 0, count: weights.count)
        for row in 0..<rows {
            for column in 0..<columns { result[column * rows + row] = weights[row * columns + column] }
        }
        return result
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
