import Quantization

/// DI-Norm with a norm's weights: from binary32 rows through integers alone to integers of one power of two.
///
/// A row becomes integers of 16 bits by a power of two, ``IntegerOperators/normalized(_:subtractsMean:fractionBits:epsilon:)``
/// follows, gains are integers of 16 bits with one power of two for all channels, and LayerNorm's bias is added as integers
/// of the products' power of two. That the residual vector has 16 bits is a reconstruction: it lies in binary32 between
/// layers here, and its few large channels leave 8 bits too coarse.
struct IntegerNorm: Sendable {
    /// [channels], below 2^15.
    private let gains: [Int]
    /// Added to products [channels]; empty for RMSNorm.
    private let offsets: [Int]
    private let epsilon: Double
    /// What results stand for: results times 2^−shift.
    private let shift: Int

    /// Fraction bits of what is multiplied with gains.
    private static let fractionBits = 12
    /// The finest step of a row is 2^−22: √ε = 10⁻³ has four thousand of it, and ε up to 2 fits 61 bits of its square's unit.
    private static let finestShift = 22
    /// Bits of an offset: enough for a bias 2^24 times the largest gain, and few enough to requantise.
    private static let offsetBits = 52

    /// - Parameters:
    ///   - bias: empty for RMSNorm.
    ///   - divisors: what results are divided by, channel by channel; empty for 1.
    init(gain: [Float], bias: [Float], epsilon: Float, divisors: [Float]) {
        func divided(_ values: [Float]) -> [Double] {
            divisors.isEmpty ? values.map { Double($0) } : zip(values, divisors).map { Double($0) / Double($1) }
        }
        let gain = divided(gain)
        let largest = gain.reduce(0) { max($0, $1.magnitude) }
        let gainShift = largest > 0 ? 14 - Int(largest.exponent) : 0
        gains = gain.map { Self.integer($0, shift: gainShift, bits: 15) }
        let shift = gainShift + Self.fractionBits
        offsets = divided(bias).map { Self.integer($0, shift: shift, bits: Self.offsetBits) }
        self.shift = shift
        self.epsilon = Double(epsilon)
    }

    /// The nearest integer of 2^−shift, with a magnitude below 2^bits.
    private static func integer(_ value: Double, shift: Int, bits: Int) -> Int {
        let limit = Double(1 << bits - 1)
        return Int(min(max((value * power(shift)).rounded(.toNearestOrEven), -limit), limit))
    }

    private static func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

    /// A row's results [channels] in units of 2^−shift, or nil for a row with an infinity or NaN.
    private func results(_ row: UnsafeBufferPointer<Float>) -> [Int]? {
        var largest: Float = 0
        for value in row {
            guard value.isFinite else { return nil }
            largest = max(largest, value.magnitude)
        }
        let rowShift = largest > 0 ? min(14 - Int(largest.exponent), Self.finestShift) : Self.finestShift
        let unit = Self.power(rowShift)
        let values = row.map { Int(min(max((Double($0) * unit).rounded(.toNearestOrEven), -32_767), 32_767)) }
        var results = IntegerOperators.normalized(
            values, subtractsMean: !offsets.isEmpty, fractionBits: Self.fractionBits,
            epsilon: Int(min((epsilon * Self.power(2 * rowShift + 16)).rounded(.toNearestOrEven), 0x1p61)))
        for index in results.indices { results[index] *= gains[index] }
        for (index, offset) in offsets.enumerated() { results[index] += offset }
        return results
    }

    /// Normalises rows [rows x channels] in place; a row that is no number becomes NaN.
    func apply(to rows: UnsafeMutableBufferPointer<Float>) {
        let unit = Self.power(-shift)
        for start in stride(from: 0, to: rows.count, by: gains.count) {
            let row = UnsafeMutableBufferPointer(rebasing: rows[start..<start + gains.count])
            guard let results = results(UnsafeBufferPointer(row)) else {
                row.update(repeating: .nan)
                continue
            }
            for (index, result) in results.enumerated() { row[index] = Float(Double(result) * unit) }
        }
    }

    /// Normalised rows [rows x channels], requantised to unsigned codes of some bits; nil for rows that are no numbers.
    func tokens(_ rows: [Float], bits: Int) -> [DyadicToken?] {
        rows.withUnsafeBufferPointer { rows in
            stride(from: 0, to: rows.count, by: gains.count).map { start in
                results(UnsafeBufferPointer(rebasing: rows[start..<start + gains.count])).map {
                    IntegerOperators.requantized(
                        $0, inputScale: DyadicScale(multiplier: 1, shift: Self.fractionBits),
                        weightScale: DyadicScale(multiplier: 1, shift: shift - Self.fractionBits), bits: bits,
                        rounding: .nearest)
                }
            }
        }
    }
}
