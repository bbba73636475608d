/// AWQ's two searches around any quantiser of weights (Lin et al., MLSys 2024; `auto_scale.py` and `auto_clip.py`).
///
/// Scales: for r = i / 20, i = 0…19: s = max(x̄^r, 10⁻⁴), divided by √(max s · min s); the weights times s are quantised and
/// divided by s, and the r with the smallest loss of the outputs wins, of equal ones the first. Clipping, per row and
/// group of the scaled weights: the largest magnitude times 1 − i / 20, i = 0…9, with the smallest loss of the group's part
/// of the outputs. All in binary16 as published.
///
/// The module whose outputs are compared is the linear layer itself; matrices that share an input are stacked by rows.
/// The published code compares the outputs of the attention or MLP block where several layers share an input.
public struct AWQSearch: Sendable, Hashable {
    /// Quantises a matrix [rows x columns] and gives its weights back, group by group for clipping.
    public typealias MatrixQuantizer =
        @Sendable (_ weights: [Float], _ rows: Int, _ columns: Int) throws(QuantizationError) -> [Float]

    /// Weights along the inputs that are clipped together.
    public let groupSize: Int
    /// Exponents r tried, from 0 in steps of one over their number.
    public let ratioCount: Int
    /// Clipping factors tried, from 1 down in steps of 1 / 20.
    public let shrinkCount: Int
    /// Tokens that the clipping search samples at a constant stride, at least.
    public let sampledTokens: Int
    /// How losses of samples are computed: `reference` rounds outputs to binary16 as published, `exact` is binary64. With
    /// second moments losses are always in binary64.
    public let arithmetic: QuantizationArithmetic

    /// The published search by default.
    ///
    /// - Precondition: all counts are positive and `shrinkCount` is at most 20.
    public init(
        groupSize: Int = 128, ratioCount: Int = 20, shrinkCount: Int = 10, sampledTokens: Int = 512,
        arithmetic: QuantizationArithmetic = .reference
    ) {
        precondition(groupSize > 0 && ratioCount > 0 && sampledTokens > 0, "counts of something")
        precondition((1...20).contains(shrinkCount), "factors above 0")
        self.groupSize = groupSize
        self.ratioCount = ratioCount
        self.shrinkCount = shrinkCount
        self.sampledTokens = sampledTokens
        self.arithmetic = arithmetic
    }

    /// The result of the search for scales.
    public struct ScaleChoice: Sendable, Hashable {
        /// The exponent r.
        public var ratio: Double
        /// What the weights of each channel are multiplied with, and its activations divided by [columns].
        public var scales: [Float]
        /// The loss of each r; infinite where scales or products left binary16.
        public var losses: [Double]
    }

    /// Searches the scales of the input channels.
    ///
    /// - Parameter weights: [rows x columns], all matrices that share the input stacked.
    /// - Throws: `QuantizationError`, also the quantiser's.
    /// - Precondition: weights and calibration fit the shape, and the quantiser keeps it.
    public func scales(
        _ weights: [Float], rows: Int, columns: Int, calibration: AWQCalibration, quantize: MatrixQuantizer
    ) throws(QuantizationError) -> ScaleChoice {
        try requireWeights(weights, rows: rows, columns: columns)
        precondition(calibration.fits(columns: columns), "a calibration of these channels")
        let halves = try halfWeights(weights)
        let means: [Float] =
            switch calibration {
            case .samples(let samples): AWQCalibration.meanMagnitudes(samples.map(roundedToHalf), columns: columns)
            case .secondMoment(_, let means): means
            }
        let loss = OutputLoss(halves, rows: rows, columns: columns, calibration, arithmetic)
        var best = ScaleChoice(ratio: 0, scales: scales(means, ratio: 0), losses: [])
        var bestLoss = Double.infinity
        for index in 0..<ratioCount {
            let ratio = Double(index) / Double(ratioCount)
            let scales = scales(means, ratio: ratio)
            let scaled = Self.scaled(halves, scales)
            guard scales.allSatisfy({ $0.isFinite && $0 > 0 }), scaled.allSatisfy(\.isFinite) else {
                best.losses.append(.infinity)
                continue
            }
            var quantized = try quantize(scaled, rows, columns)
            precondition(quantized.count == weights.count, "a quantiser that keeps the shape")
            for start in stride(from: 0, to: quantized.count, by: columns) {
                for column in 0..<columns {
                    quantized[start + column] = roundedToHalf(quantized[start + column] / scales[column])
                }
            }
            let value = loss.value(quantized)
            best.losses.append(value)
            if value < bestLoss {
                bestLoss = value
                best.ratio = ratio
                best.scales = scales
            }
        }
        return best
    }

    /// Weights times the scales of their channels in binary16; infinite beyond it.
    static func scaled(_ weights: [Float], _ scales: [Float]) -> [Float] {
        var scaled = weights
        for start in stride(from: 0, to: scaled.count, by: scales.count) {
            for (column, scale) in scales.enumerated() {
                scaled[start + column] = roundedToHalf(scaled[start + column] * scale)
            }
        }
        return scaled
    }

    private func scales(_ means: [Float], ratio: Double) -> [Float] {
        let powers = means.map { max(halfPower(roundedToHalf(min($0, 65_504)), ratio), roundedToHalf(1e-4)) }
        let product = roundedToHalf((powers.max() ?? 1) * (powers.min() ?? 1))
        let middle = roundedToHalf(product.squareRoot())
        return powers.map { roundedToHalf($0 / middle) }
    }
}
