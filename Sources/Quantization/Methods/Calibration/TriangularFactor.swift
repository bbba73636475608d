// `squareRoot()` calls libm's `sqrt` on Linux; importing the C library links it into programs without Foundation.
#if canImport(Glibc)
import Glibc
#endif

/// Factors of a symmetric matrix H [n x n] in place; only what is on and above the diagonal is read and written.
///
/// With H = R Rᵀ and R upper triangular, U = R⁻¹ is upper triangular and Uᵀ U = H⁻¹: the Cholesky factor of the inverse
/// without the inverse. All sums have a fixed order.
struct TriangularFactor {
    /// The matrix, then its factor, row by row.
    let values: UnsafeMutablePointer<Double>
    /// Rows and columns.
    let count: Int

    /// Puts R in the place of H; n³ / 6 multiplications.
    ///
    /// - Returns: the index of the first pivot, from the last on, that is not positive; nil for success.
    func decompose() -> Int? {
        for column in Swift.stride(from: count - 1, through: 0, by: -1) {
            let row = values + column * count
            let tail = count - column - 1
            let pivot = row[column] - Self.dot(row + column + 1, row + column + 1, tail)
            guard pivot > 0, pivot.isFinite else { return column }
            let root = pivot.squareRoot()
            row[column] = root
            for above in 0..<column {
                let other = values + above * count + column
                other[0] = (other[0] - Self.dot(other + 1, row + column + 1, tail)) / root
            }
        }
        return nil
    }

    /// Puts U = R⁻¹ in the place of R; n³ / 6 multiplications.
    func invert() {
        var line = [Double](repeating: 0, count: count)
        line.withUnsafeMutableBufferPointer { line in
            guard let line = line.baseAddress else { return }
            for row in Swift.stride(from: count - 1, through: 0, by: -1) {
                let target = values + row * count
                for column in row..<count {
                    line[column] = target[column]
                    target[column] = 0
                }
                for other in row + 1..<max(count, row + 1) where line[other] != 0 {
                    let (factor, source) = (line[other], values + other * count)
                    for column in other..<count { target[column] += factor * source[column] }
                }
                let pivot = line[row]
                target[row] = 1 / pivot
                for column in row + 1..<max(count, row + 1) { target[column] = -target[column] / pivot }
            }
        }
    }

    /// A dot product in sixteen lanes.
    private static func dot(
        _ first: UnsafePointer<Double>, _ second: UnsafePointer<Double>, _ count: Int
    ) -> Double {
        var even = SIMD8<Double>(repeating: 0)
        var odd = SIMD8<Double>(repeating: 0)
        let (left, right) = (UnsafeRawPointer(first), UnsafeRawPointer(second))
        let whole = count & ~15
        for index in Swift.stride(from: 0, to: whole, by: 16) {
            let offset = 8 * index
            even +=
                left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
                * right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            odd +=
                left.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<Double>.self)
                * right.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<Double>.self)
        }
        even += odd
        var sum = 0.0
        for lane in 0..<8 { sum += even[lane] }
        for index in whole..<count { sum += first[index] * second[index] }
        return sum
    }
}
