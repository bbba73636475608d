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
        let columns = tensor.columns
        var best: (candidate: Candidate, rows: [ClippedScaleSearch.Choice], error: Double)?
        for candidate in candidates {
            let choices = (0..<tensor.rows).map { row in
                let source = UnsafeBufferPointer(rebasing: weights[row * columns..<(row + 1) * columns])
                let base = base(source)
                return arithmetic == .reference
                    ? candidate.search.reference(source, base: Float(base))
                    : candidate.search.exact(source, base: base)
            }
            var error = choices.reduce(0) { $0 + $1.error }
            if arithmetic == .reference { error = Double(Float(error)) }
            if error < best?.error ?? .infinity { best = (candidate, choices, error) }
        }
        guard let best else { return }
        tensor.tensorType = UInt8(best.candidate.index)
        for (row, choice) in best.rows.enumerated() {
            tensor.rowScales[row] = try scale(choice.clip, best.candidate.search.grid, row: row)
            encode(choice.values, type: best.candidate.index, row: row, into: &tensor)
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

    private func encode(_ values: [Int?], type: Int, row: Int, into tensor: inout QuantizedTensor) {
        let normal = scheme.formats[type]
        let outlier = OliveType(rawValue: type).map(\.outlier)
        for (column, value) in values.enumerated() {
            let code =
                if let value {
                    normal.code(of: value) ?? outlier?.code(of: value) ?? 0
                } else {
                    OliveType.victimCode
                }
            tensor.codes[row * tensor.columns + column] = code
        }
    }
}
