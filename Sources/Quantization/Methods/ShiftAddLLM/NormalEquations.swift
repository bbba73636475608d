/// The equations (BᵀB) α = Bᵀw for the scales of a group with given signs.
struct NormalEquations {
    /// BᵀB [planes x planes]: whole numbers.
    private let matrix: [Float]
    /// Bᵀw [planes].
    private let right: [Float]
    private let planes: Int

    /// Equations of signs that may be 0, plane by plane [planes][weights].
    init(_ weights: UnsafeBufferPointer<Float>, signs: [[Int8]]) {
        planes = signs.count
        right = signs.map { plane in
            Float(plane.indices.reduce(0.0) { $0 + Double(plane[$1]) * Double(weights[$1]) })
        }
        matrix = signs.flatMap { first in
            signs.map { second in
                Float(zip(first, second).reduce(0) { $0 + Int($1.0) * Int($1.1) })
            }
        }
    }

    /// Equations of codes: bit i of a weight's code is 1 where plane i has −1.
    init(_ weights: UnsafeBufferPointer<Float>, codes: [UInt8], planes: Int) {
        self.planes = planes
        var counts = [Int](repeating: 0, count: 1 << planes)
        var sums = [Double](repeating: 0, count: 1 << planes)
        for (index, code) in codes.enumerated() {
            counts[Int(code)] += 1
            sums[Int(code)] += Double(weights[index])
        }
        right = (0..<planes).map { plane in
            Float(sums.indices.reduce(0.0) { $1 >> plane & 1 == 0 ? $0 + sums[$1] : $0 - sums[$1] })
        }
        matrix = (0..<planes).flatMap { first in
            (0..<planes).map { second in
                Float(
                    counts.indices.reduce(0) {
                        ($1 >> first ^ $1 >> second) & 1 == 0 ? $0 + counts[$1] : $0 - counts[$1]
                    })
            }
        }
    }

    /// As many steps of conjugate gradients as there are planes; 10⁻⁶ keeps divisors positive, as in the published code.
    func solved(from start: [Float]) -> [Float] {
        var solution = start
        var rest = product(start)
        for index in rest.indices { rest[index] = right[index] - rest[index] }
        var direction = rest
        var square = Self.dot(rest, rest)
        for _ in 0..<planes {
            let last = square
            let image = product(direction)
            let step = last / (Self.dot(direction, image) + 1e-6)
            for index in 0..<planes {
                solution[index] += step * direction[index]
                rest[index] -= step * image[index]
            }
            square = Self.dot(rest, rest)
            let turn = square / (last + 1e-6)
            for index in 0..<planes { direction[index] = rest[index] + turn * direction[index] }
        }
        return solution
    }

    private func product(_ vector: [Float]) -> [Float] {
        (0..<planes).map { row in (0..<planes).reduce(Float(0)) { $0 + matrix[row * planes + $1] * vector[$1] } }
    }

    private static func dot(_ first: [Float], _ second: [Float]) -> Float {
        zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
