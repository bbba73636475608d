import Foundation

/// The element-wise work between matrix products, in binary32 as on the chip's vector unit.
///
/// Dot products run in sixteen lanes, element i in lane i mod 16, and lanes are added as a balanced tree; other sums run
/// in order. The order depends on lengths only, and nothing is fused.
enum VectorUnit {
    typealias Lanes = SIMD16<Float>

    /// The sum of the lanes as a balanced tree.
    @inline(__always)
    static func total(_ lanes: Lanes) -> Float {
        let eight = lanes.lowHalf + lanes.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    @inline(__always)
    static func load(_ pointer: UnsafePointer<Float>) -> Lanes {
        UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
    }

    /// The elements behind the last whole sixteen, zeros in the other lanes.
    @inline(__always)
    static func tail(_ pointer: UnsafePointer<Float>, _ count: Int) -> Lanes {
        var lanes = Lanes(repeating: 0)
        for index in 0..<count { lanes[index] = pointer[index] }
        return lanes
    }

    /// The dot product of two vectors.
    @inline(__always)
    static func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, count: Int) -> Float {
        var sum = Lanes(repeating: 0)
        var index = 0
        while index &+ 16 <= count {
            sum = sum + load(left + index) * load(right + index)
            index &+= 16
        }
        if index < count { sum = sum + tail(left + index, count - index) * tail(right + index, count - index) }
        return total(sum)
    }

    /// Adds a multiple of a vector to another.
    @inline(__always)
    static func add(
        _ vector: UnsafePointer<Float>, times factor: Float, to sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in 0..<count { sums[index] += factor * vector[index] }
    }

    /// Root-mean-square normalisation: x / sqrt(mean(x²) + ε) · gain (Zhang and Sennrich, arXiv:1910.07467).
    ///
    /// - Parameter rows: [rows x gain.count], changed in place.
    static func normalize(_ rows: UnsafeMutableBufferPointer<Float>, gain: [Float], epsilon: Float) {
        let width = gain.count
        guard width > 0, let start = rows.baseAddress else { return }
        for row in 0..<rows.count / width {
            let values = start + row * width
            let square = dot(values, values, count: width) / Float(width)
            let factor = 1 / (square + epsilon).squareRoot()
            for index in 0..<width { values[index] = values[index] * factor * gain[index] }
        }
    }

    /// Softmax in place.
    static func softmax(_ values: UnsafeMutablePointer<Float>, count: Int) {
        guard count > 0 else { return }
        var largest = values[0]
        for index in 1..<max(count, 1) where values[index] > largest { largest = values[index] }
        var sum: Float = 0
        for index in 0..<count {
            values[index] = expf(values[index] - largest)
            sum += values[index]
        }
        let factor = 1 / sum
        for index in 0..<count { values[index] *= factor }
    }

    /// The logarithm of the sum of exponentials, in binary64.
    static func logSumExp(_ values: UnsafeBufferPointer<Float>) -> Double {
        var largest = -Float.infinity
        for value in values where value > largest { largest = value }
        guard largest.isFinite else { return .nan }
        var sum = 0.0
        for value in values { sum += exp(Double(value - largest)) }
        return Double(largest) + log(sum)
    }
}
