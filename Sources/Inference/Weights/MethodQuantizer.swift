import Documents
import Quantization

/// Quantises whole matrices by the methods of other papers, with statistics of activations where there are some.
///
/// Matrices that share an input share their factors, which are found once.
final class MethodQuantizer {
    /// One matrix of a layer.
    struct Request {
        var matrix: TensorNames.Matrix
        var layer: Int
        /// Reads the weights [rows x columns].
        var weights: () throws -> [Float]
        var rows: Int
        var columns: Int
        /// Channels of the site, of which `kept` are the columns; all where it is nil.
        var channels: Int
        var kept: [Int]?
        /// Reads all matrices that share the input.
        var siblings: () throws -> [[Float]]

        var place: CalibrationPlace { CalibrationPlace(layer: layer, site: CalibrationSite(matrix)) }
    }

    /// A matrix, and what its activations must be divided by [columns]; empty for 1.
    typealias Quantized = (matrix: MethodMatrix, divisors: [Float])

    let scheme: Scheme
    let statistics: CalibrationStatistics?
    private var factors: [CalibrationPlace: [Float]] = [:]
    private var calibrations: [CalibrationPlace: MethodCalibration] = [:]
    private var ofLayer: (layer: Int, matrices: [TensorNames.Matrix: Quantized]) = (-1, [:])

    /// - Parameter statistics: of the model's activations, or nil for the weights-only form of each method.
    init(_ scheme: Scheme, statistics: CalibrationStatistics?) {
        self.scheme = scheme
        self.statistics = statistics
    }

    /// Quantises a matrix, once for all chips that hold a part of it.
    ///
    /// - Throws: `QuantizationError` for weights, ``InputError`` for statistics.
    func quantize(_ request: Request) throws -> Quantized {
        if ofLayer.layer == request.layer, let known = ofLayer.matrices[request.matrix] { return known }
        let made = try quantizeAnew(request)
        // Layers come one after the other: nothing of an earlier one is needed again.
        if ofLayer.layer != request.layer { ofLayer = (request.layer, [:]) }
        ofLayer.matrices[request.matrix] = made
        return made
    }

    private func quantizeAnew(_ request: Request) throws -> Quantized {
        let divisors = try divisors(request)
        var weights = try request.weights()
        if !divisors.isEmpty {
            for index in weights.indices {
                weights[index] = Float(Float16(weights[index] * divisors[index % request.columns]))
            }
        }
        if scheme.preparation == .awq { weights = try clipped(weights, request, divisors: divisors) }
        let matrix = try scheme.quantized(
            weights, rows: request.rows, columns: request.columns, calibration: calibration(request))
        return (matrix, divisors)
    }

    // MARK: Second moments

    /// What the method makes of the second moments of a matrix's inputs, or nil without statistics.
    private func calibration(_ request: Request) throws -> MethodCalibration? {
        guard let statistics else { return nil }
        if let known = calibrations[request.place] { return known }
        guard
            let made = try scheme.calibration(
                moment(request, statistics),
                samples: statistics.samples(request.place, channels: request.channels, kept: request.kept))
        else { return nil }
        calibrations = calibrations.filter { $0.key.layer == request.layer }
        calibrations[request.place] = made
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
            let found = try scheme.awqSearch.scales(
                stacked, rows: stacked.count / request.columns, columns: request.columns,
                calibration: awqCalibration(request, statistics), quantize: scheme.awqQuantize
            ).scales
            factors[place] = found
            return found
        }
    }

    // MARK: AWQ

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
        return try scheme.awqClipped(
            weights, rows: request.rows, columns: request.columns, scales: divisors,
            calibration: statistics.map { try awqCalibration(request, $0) })
    }
}
