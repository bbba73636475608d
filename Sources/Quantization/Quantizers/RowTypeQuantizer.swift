// `squareRoot()` calls libm's `sqrt` on Linux; importing the C library links it into programs without Foundation.
#if canImport(Glibc)
import Glibc
#endif

/// Quantises with one data type per tensor and one clipped scale per row: ANT per channel and OliVe.
struct RowTypeQuantizer {
    let scheme: Scheme

    /// A type of the tensor that may be chosen.
    private struct Candidate {
        var index: Int
        var search: ClippedScaleSearch
    }

    /// Types in the order of the published search.
    private var candidates: [Candidate] {
        switch scheme.family {
        case .olive(let types):
            return OliveType.allCases.filter {
                switch types {
                case .adaptive: true
                case .int: $0 == .int
                case .flint: $0 == .flint
                }
            }.map { type in
                let grid = SteppedGrid(
                    normal: type.normal.grid, outliers: type.outlier.grid, unit: Float(type.publishedUnit))
                return Candidate(
                    index: type.rawValue,
                    search: ClippedScaleSearch(
                        grid: grid, percentages: stride(from: 75, to: 250, by: 2), hasPairs: true)
                )
            }
        default:
            return scheme.formats.enumerated().map { index, format in
                let grid = SteppedGrid(
                    normal: format.grid, outliers: [], unit: 10 / Float(format.grid.max() ?? 1))
                return Candidate(
                    index: index,
                    search: ClippedScaleSearch(
                        grid: grid, percentages: stride(from: 75, to: 150, by: 1), hasPairs: false))
            }
        }
    }

    /// Quantises `weights` [rows x columns].
    ///
    /// Every type is searched for every row; the type with the smallest sum of the rows' errors is taken, of equal sums
    /// the first. A row of zeros keeps the scale 0.
    func quantize(
        _ weights: UnsafeBufferPointer<Float>, _ arithmetic: QuantizationArithmetic,
        into tensor: inout QuantizedTensor
    ) throws(QuantizationError) {
        if let index = weights.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteWeight(index: index) }
        let (rows, columns) = (tensor.rows, tensor.columns)
        func row(_ index: Int) -> UnsafeBufferPointer<Float> {
            UnsafeBufferPointer(rebasing: weights[index * columns..<(index + 1) * columns])
        }
        let candidates = candidates
        var choices = candidates.map { _ in [ClippedScaleSearch.Choice]() }
        var sorted = SortedRow(capacity: columns)
        for index in 0..<rows {
            let source = row(index)
            let base = base(source)
            sorted.load(source)
            for (number, candidate) in candidates.enumerated() {
                choices[number].append(
                    arithmetic == .reference
                        ? candidate.search.reference(source, base: Float(base), sorted: sorted)
                        : candidate.search.exact(source, base: base, sorted: sorted))
            }
        }
        var best: (number: Int, error: Double)?
        for (number, rows) in choices.enumerated() {
            var error = rows.reduce(0) { $0 + $1.error }
            if arithmetic == .reference { error = Double(Float(error)) }
            if error < best?.error ?? .infinity { best = (number, error) }
        }
        guard let best else { return }
        let candidate = candidates[best.number]
        tensor.tensorType = UInt8(candidate.index)
        let codes = codes(ofType: candidate.index)
        var values = [Int?](repeating: 0, count: columns)
        for (index, choice) in choices[best.number].enumerated() {
            tensor.rowScales[index] = try scale(choice.clip, candidate.search.grid, row: index)
            candidate.search.write(choice, of: row(index), arithmetic, to: &values)
            for column in 0..<columns {
                tensor.codes[index * columns + column] =
                    values[column].map { codes[$0 + Self.largestValue] } ?? OliveType.victimCode
            }
        }
    }

    /// The magnitude whose multiples are tried: the largest one (ANT) or three standard deviations (OliVe).
    ///
    /// The moments are those of the published binary32 code up to the order of its sums.
    private func base(_ row: UnsafeBufferPointer<Float>) -> Double {
        guard case .olive = scheme.family else { return Double(row.lazy.map(\.magnitude).max() ?? 0) }
        let mean = row.reduce(0.0) { $0 + Double($1) } / Double(row.count)
        let squares = row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        let deviation = row.count > 1 ? (squares / Double(row.count - 1)).squareRoot() : 0
        let spread = 3 * Float(deviation)
        return Double(max(abs(Float(mean) + spread), abs(Float(mean) - spread)))
    }

    /// The stored scale: of the published grid in binary32, or of its integer units in binary16.
    private func scale(_ clip: Double, _ grid: SteppedGrid, row: Int) throws(QuantizationError) -> Float {
        if scheme.scaleEncoding == .rowFloat32 { return Float(clip) / grid.maximum }
        let scale = Float(Float16(clip / Double(grid.maximum / grid.unit)))
        guard scale.isFinite else { throw .scaleOverflow(row: row, encoding: scheme.scaleEncoding) }
        return scale
    }

    /// A bound on the magnitudes of all grids' values.
    private static let largestValue = 256

    /// The codes of the values −`largestValue`…`largestValue` of a type, outliers among them.
    private func codes(ofType type: Int) -> [UInt8] {
        let normal = scheme.formats[type]
        let outlier = OliveType(rawValue: type).map(\.outlier)
        return (-Self.largestValue...Self.largestValue).map { normal.code(of: $0) ?? outlier?.code(of: $0) ?? 0 }
    }
}
