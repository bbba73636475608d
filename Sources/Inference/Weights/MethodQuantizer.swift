import Documents
import Quantization

/// Quantises whole matrices by the methods of other papers, with statistics of activations where there are some.
///
/// Matrices that share an input share their factors, which are found once.
final class MethodQuantizer {
    /// A quantised matrix.
    enum Matrix {
        case tensor(QuantizedTensor)
        case planes(any PlaneMatrix)
    }

    /// One matrix of a layer.
    struct Request {
        var matrix: TensorNames.Matrix
        var layer: Int
        /// [rows x columns]
        var weights: [Float]
        var rows: Int
        var columns: Int
        /// Channels of the site, of which `kept` are the columns; all where it is nil.
        var channels: Int
        var kept: [Int]?
        /// Reads all matrices that share the input.
        var siblings: () throws -> [[Float]]

        var place: CalibrationPlace { CalibrationPlace(layer: layer, site: CalibrationSite(matrix)) }
    }

    let scheme: Scheme
    let statistics: CalibrationStatistics?
    private var factors: [CalibrationPlace: [Float]] = [:]
    private var hessians: [CalibrationPlace: HessianFactor] = [:]

    /// - Parameter statistics: of the model's activations, or nil for the weights-only form of each method.
    init(_ scheme: Scheme, statistics: CalibrationStatistics?) {
        self.scheme = scheme
        self.statistics = statistics
    }

    /// Quantises a matrix.
    ///
    /// - Returns: the matrix, and what its activations must be divided by [columns]; empty for 1.
    /// - Throws: `QuantizationError` for weights, ``InputError`` for statistics.
    func quantize(_ request: Request) throws -> (matrix: Matrix, divisors: [Float]) {
        let divisors = try divisors(request)
        var weights = request.weights
        if !divisors.isEmpty {
            for index in weights.indices {
                weights[index] = Float(Float16(weights[index] * divisors[index % request.columns]))
            }
        }
        if scheme.preparation == .awq { weights = try clipped(weights, request, divisors: divisors) }
        return (try matrix(weights, request), divisors)
    }

    private func matrix(_ weights: [Float], _ request: Request) throws -> Matrix {
        let (rows, columns) = (request.rows, request.columns)
        switch (scheme.family, scheme.activations) {
        case (.integer(let bits), .asymmetricInteger):
            return .planes(try ILLMQuantizer(bits: bits).quantize(weights, rows: rows, columns: columns))
        case (.oneBit, _): return .planes(try OneBitQuantizer().quantize(weights, rows: rows, columns: columns))
        case (.bitNet, _): return .planes(try BitNetQuantizer().quantize(weights, rows: rows, columns: columns))
        case (.shiftAddLLM(let planes, let shifts), _):
            let quantizer = ShiftAddQuantizer(
                planes: planes, alphaForm: .powersOfTwo(terms: shifts), groupSize: scheme.groupSize)
            let factor = try factor(request) { try quantizer.factor($0) }
            return .planes(try quantizer.quantize(weights, rows: rows, columns: columns, factor: factor))
        case (.spqr(let bits), _):
            // Columns stay in their order, so that chips can divide them and activations need no gathering.
            let quantizer = SpQRQuantizer(bits: bits, ordersColumns: false)
            let factor = try factor(request) { try quantizer.factor($0) }
            return .planes(try quantizer.quantize(weights, rows: rows, columns: columns, factor: factor))
        case (.billm, _):
            let quantizer = BiLLMQuantizer(metric: statistics == nil ? .magnitude : .hessian)
            let factor = try factor(request) { try quantizer.factor($0) }
            return .planes(try quantizer.quantize(weights, rows: rows, columns: columns, factor: factor))
        case (.slimLLM(let bits), _):
            let quantizer = SliMQuantizer(bits: bits, blockSize: scheme.groupSize)
            let calibration = try statistics.map { try quantizer.calibration(moment(request, $0)) }
            return .planes(try quantizer.quantize(weights, rows: rows, columns: columns, calibration: calibration))
        case (.offsetBitmod(let bits), _):
            return .planes(
                try OmniQuantQuantizer(bits: bits, groupSize: scheme.groupSize)
                    .quantize(weights, rows: rows, columns: columns))
        default: return .tensor(try Quantizer(scheme).quantize(weights, rows: rows, columns: columns))
        }
    }

    // MARK: Second moments

    /// The factor of the Hessian of a matrix's inputs, or nil without statistics.
    private func factor(_ request: Request, _ make: (SecondMoment) throws -> HessianFactor) throws -> HessianFactor? {
        guard let statistics else { return nil }
        if let known = hessians[request.place] { return known }
        let made = try make(moment(request, statistics))
        // Layers come one after the other: no earlier factor is needed again.
        hessians = hessians.filter { $0.key.layer == request.layer }
        hessians[request.place] = made
        return made
    }

    private func moment(_ request: Request, _ statistics: CalibrationStatistics) throws -> SecondMoment {
        try SecondMoment(
            statistics.secondMoment(request.place, channels: request.channels, kept: request.kept),
            columns: request.columns)
    }

    // MARK: Factors of channels

    /// What activations are divided by and weights multiplied with.
    private func divisors(_ request: Request) throws -> [Float] {
        guard let statistics else { return [] }
        let place = request.place
        switch scheme.preparation {
        case .none, .clipping: return []
        case .smoothing(let alpha):
            guard place.site.isBehindNorm else { return [] }
            if let known = factors[place] { return known }
            let found = try SmoothQuantQuantizer(alpha: Double(alpha) / 1000, scheme: scheme).factors(
                of: request.siblings(), columns: request.columns,
                activationMaxima: statistics.largest(place, channels: request.channels, kept: request.kept))
            factors[place] = found
            return found
        case .awq:
            // Values of several query heads at once cannot take up a factor of one head's channel.
            guard place.site != .attentionOutput else { return [] }
            if let known = factors[place] { return known }
            let stacked = try request.siblings().flatMap { $0 }
            let found = try awqSearch.scales(
                stacked, rows: stacked.count / request.columns, columns: request.columns,
                calibration: awqCalibration(request, statistics), quantize: awqQuantize
            ).scales
            factors[place] = found
            return found
        }
    }

    // MARK: AWQ

    private var awqSearch: AWQSearch { AWQSearch(groupSize: scheme.groupSize) }

    private var awqQuantize: AWQSearch.MatrixQuantizer {
        let quantizer = (try? scheme.with(scaleEncoding: .float16)).map { Quantizer($0, variant: .awq) }
        return { weights, rows, columns throws(QuantizationError) in
            guard let quantizer else { preconditionFailure("AWQ's schemes have binary16 scales") }
            return try quantizer.quantize(weights, rows: rows, columns: columns).dequantized()
        }
    }

    private func awqCalibration(_ request: Request, _ statistics: CalibrationStatistics) throws -> AWQCalibration {
        .secondMoment(
            try statistics.secondMoment(request.place, channels: request.channels, kept: request.kept).map {
                Double($0)
            },
            meanMagnitudes: try statistics.meanMagnitudes(
                request.place, channels: request.channels, kept: request.kept))
    }

    /// Weights with the extremes of their groups clipped; not those of queries and keys, as published.
    private func clipped(_ weights: [Float], _ request: Request, divisors: [Float]) throws -> [Float] {
        guard request.matrix != .query, request.matrix != .key else { return weights }
        let (rows, columns) = (request.rows, request.columns)
        let maxima = try awqSearch.clipping(
            weights, rows: rows, columns: columns,
            scales: divisors.isEmpty ? [Float](repeating: 1, count: columns) : divisors,
            calibration: statistics.map { try awqCalibration(request, $0) }, quantize: awqQuantize)
        return AWQSearch.clipped(weights, columns: columns, groupSize: scheme.groupSize, maxima: maxima)
    }
}
