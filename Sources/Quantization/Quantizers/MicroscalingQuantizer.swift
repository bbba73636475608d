/// Quantises blocks that share a power of two.
struct MicroscalingQuantizer {
    let scheme: Scheme
    let variant: SchemeFamily.MicroscalingVariant
    let format: NumberFormat

    /// The bias of the stored exponent (E8M0).
    static let exponentBias = 127

    /// Quantises `weights` [rows x columns]. A block of zeros has codes and stored exponent of zero.
    ///
    /// The BitMoD paper's variant (`quant_mx`) computes in binary32 from binary16 weights: e = ⌊log2 max|w|⌋,
    /// x = (w / 2^e) / (2 / qmax) with the factor rounded to binary32, midpoints go to the lower value. `exact` computes
    /// the ratio in binary64 from the weights as they are.
    ///
    /// The OCP variant follows Microscaling Formats v1.0, section 6.3: the shared exponent is ⌊log2 max|w|⌋ − 2, elements
    /// round to nearest, ties to even, and saturate at 6. It is the same in both arithmetics.
    func quantize(
        _ weights: UnsafeBufferPointer<Float>, _ arithmetic: QuantizationArithmetic,
        into tensor: inout QuantizedTensor
    ) throws(QuantizationError) {
        let rounds = variant == .bitmodPaper && arithmetic == .reference
        let columns = tensor.columns
        let groups = tensor.groupsPerRow
        for index in weights.indices {
            guard weights[index].isFinite, !rounds || weights[index].magnitude < 65_520 else {
                throw QuantizationError.of(weights[index], index: index)
            }
        }
        let midpoints = format.midpoints
        for row in 0..<tensor.rows {
            for group in 0..<groups {
                let start = row * columns + group * scheme.groupSize
                let end = row * columns + min((group + 1) * scheme.groupSize, columns)
                var maximum: Float = 0
                for index in start..<end {
                    let weight = rounds ? roundedToHalf(weights[index]) : weights[index]
                    maximum = max(maximum, weight.magnitude)
                }
                guard maximum > 0 else { continue }
                let alignment = variant == .ocp ? 2 : 0
                let exponent = max(Int(maximum.exponent) - alignment, -Self.exponentBias)
                tensor.scaleCodes[row * groups + group] = UInt8(exponent + Self.exponentBias)
                for index in start..<end {
                    let gridIndex =
                        switch (variant, arithmetic) {
                        case (.ocp, _): evenIndex(Double(weights[index]), exponent)
                        case (.bitmodPaper, .reference):
                            referenceIndex(roundedToHalf(weights[index]), exponent, midpoints)
                        case (.bitmodPaper, .exact): exactIndex(Double(weights[index]), exponent, midpoints)
                        }
                    tensor.codes[index] = format.codeOfGridIndex[gridIndex]
                }
            }
        }
    }

    /// The width of one grid unit in parts of 2^e for the paper's variant: 1/6 for FP4, 1/2 for FP3.
    static func paperUnit(_ format: NumberFormat) -> Double { 1 / (Double(format.maximumMagnitude) / 2) }

    private func referenceIndex(_ weight: Float, _ exponent: Int, _ midpoints: [Float]) -> Int {
        let ratio = weight * Float(sign: .plus, exponent: -exponent, significand: 1) / Float(Self.paperUnit(format))
        var index = 0
        for midpoint in midpoints where ratio > midpoint { index += 1 }
        return index
    }

    private func exactIndex(_ weight: Double, _ exponent: Int, _ midpoints: [Float]) -> Int {
        let power = Double(sign: .plus, exponent: -exponent, significand: 1)
        let ratio = weight * power * (Double(format.maximumMagnitude) / 2)
        var index = 0
        for midpoint in midpoints where ratio > Double(midpoint) { index += 1 }
        return index
    }

    /// The nearest value with ties to the even code, in half units of E2M1 at the shared exponent.
    private func evenIndex(_ weight: Double, _ exponent: Int) -> Int {
        let ratio = 2 * weight.magnitude * Double(sign: .plus, exponent: -exponent, significand: 1)
        let magnitudes = format.grid.count / 2
        var code = 0
        for lower in 0..<magnitudes {
            let midpoint = Double(format.grid[magnitudes + lower] + format.grid[magnitudes + lower + 1]) / 2
            if ratio > midpoint || (ratio == midpoint && lower % 2 == 1) { code = lower + 1 }
        }
        return weight < 0 ? magnitudes - code : magnitudes + code
    }
}
