/// What the 3-bit codes of the scales and zeros of one group in 16 rows mean.
public struct SpQRStatistics: Sendable, Hashable {
    /// Step of the scales.
    public var scaleScale: Float
    /// Zero of the scales.
    public var scaleZero: Float
    /// Step of the zeros.
    public var zeroScale: Float
    /// Zero of the zeros.
    public var zeroZero: Float

    /// All zero.
    static let none = SpQRStatistics(scaleScale: 0, scaleZero: 0, zeroScale: 0, zeroZero: 0)

    /// The scale that a code stands for.
    func scale(_ code: UInt8) -> Float { scaleScale * (Float(code) - scaleZero) }

    /// The zero that a code stands for.
    func zero(_ code: UInt8) -> Float { zeroScale * (Float(code) - zeroZero) }
}

/// Asymmetric quantisation between a smallest and a largest value, with a zero that is not rounded.
struct SpQRRange {
    var scale: Float
    var zero: Float

    /// The range of a group's weights: s = (max − min) / (2^b − 1), z = −min / s; −1…1 if all are equal, as published.
    @inline(__always)
    init(low: Float, high: Float, top: Float) {
        let step = (high - low) / top
        // A difference of subnormal numbers over `top` may be zero: no step either.
        if step > 0 {
            scale = step
            zero = -low / step
        } else {
            scale = 2 / top
            zero = 1 / scale
        }
    }

    init(scale: Float, zero: Float) {
        self.scale = scale
        self.zero = zero
    }

    /// The range of the scales, or zeros, of a tile of rows.
    ///
    /// In binary16 the zero is that of the rounded scale, so that values far from zero do not suffer from its rounding; and
    /// values too close to each other for these two numbers, or of a single row, become one value that its code gives back.
    /// What exceeds binary16 is limited to it.
    init(tile values: UnsafePointer<Float>, count: Int, top: Float, metadata: ScaleEncoding) {
        var (low, high) = (values[0], values[0])
        for index in 1..<max(count, 1) {
            low = min(low, values[index])
            high = max(high, values[index])
        }
        guard count > 1 else {
            self.init(single: low, metadata: metadata)
            return
        }
        self.init(low: low, high: high, top: top)
        guard metadata == .float16 else { return }
        // What the zero was made of: the smallest value, or −1 where all are equal.
        let smallest = (high - low) / top > 0 ? low : -1
        scale = Self.half(scale)
        let offset = -smallest / scale
        if scale > 0, offset.magnitude < Self.largestHalf {
            zero = roundedToHalf(offset)
        } else {
            self.init(single: low + (high - low) / 2, metadata: metadata)
        }
    }

    /// A range in which one of the codes 0 and 1 is a value.
    private init(single value: Float, metadata: ScaleEncoding) {
        scale = metadata == .float16 ? Self.half(value.magnitude) : value.magnitude
        zero = value < 0 ? 1 : 0
    }

    static let largestHalf: Float = 65_504

    /// The nearest binary16 number that is finite.
    static func half(_ value: Float) -> Float { roundedToHalf(min(max(value, -largestHalf), largestHalf)) }

    /// The code of a value; the published code bounds the divisor.
    @inline(__always)
    func code(_ value: Float, top: Float) -> Float {
        let code = (value / max(scale, 1e-9) + zero).rounded(.toNearestOrEven)
        return min(max(code, 0), top)
    }

    /// The value of a code.
    @inline(__always)
    func value(_ code: Float) -> Float { scale * (code - zero) }
}
