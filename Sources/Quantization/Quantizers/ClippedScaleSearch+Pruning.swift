// `squareRoot()` calls libm's `sqrt` on Linux; importing the C library links it into programs without Foundation.
#if canImport(Glibc)
import Glibc
#endif

/// Which clipping points can be the best at all.
///
/// The published search computes 75 or 88 errors of every weight and type. `SortedRow` estimates them within the bounds of
/// rounding; those that cannot be the smallest are left out, and the rest is searched as published, with the same result.
extension ClippedScaleSearch {
    /// The arithmetic of the search whose result is to be kept.
    enum Precision {
        case binary32
        case binary64

        /// The largest relative error of an operation.
        fileprivate var roundingError: Double { self == .binary32 ? 0x1p-24 : 0x1p-53 }
        /// In how many sums a row's squared errors are added up.
        fileprivate var accumulators: Double { self == .binary32 ? 8 : 1 }
    }

    /// Magnitudes between which squares neither overflow nor lose bits in binary32.
    private static let safeMagnitudes = Float(1e-12)...1e12
    /// Ratios from which on the published scan may find nothing.
    private static let safeRatio = Double(SteppedGrid.farthest) / 2

    /// The percentages, in order, whose error may be the smallest one: all of them where no bound is known.
    func promising(
        _ row: UnsafeBufferPointer<Float>, _ sorted: borrowing SortedRow, precision: Precision,
        scale: (Int) -> Double
    ) -> [Int] {
        let all = percentages.map { $0 }
        let smallestScale = all.map(scale).min() ?? 0
        guard Self.safeMagnitudes.contains(sorted.largest),
            smallestScale > Double(Self.safeMagnitudes.lowerBound),
            Double(sorted.largest) < Self.safeRatio * smallestScale
        else { return all }
        // The search in binary64 keeps an unpaired last weight normal, which the estimate does not.
        let unpaired = precision == .binary64 && hasPairs && row.count % 2 == 1 ? row[row.count - 1].magnitude : 0
        let estimates = all.map { percentage in
            var estimate = sorted.estimate(grid, scale: scale(percentage), pairsOf: hasPairs ? row : nil)
            estimate.isUncertain =
                estimate.isUncertain || Double(unpaired) > 0.999 * Double(grid.outlierBoundary) * scale(percentage)
            return estimate
        }
        let bounds = estimates.map { estimate in
            (estimate, Self.uncertainty(of: estimate.error, row.count, squares: sorted.squares, precision))
        }
        let least = bounds.reduce(Double.infinity) { least, bound in
            bound.0.isUncertain ? least : min(least, bound.0.error + bound.1)
        }
        guard least < Self.startError / 2 * Double(row.count) else { return all }
        return zip(all, bounds).compactMap { percentage, bound in
            bound.0.isUncertain || bound.0.error - bound.1 <= least ? percentage : nil
        }
    }

    /// How far the error that the search computes may be from the estimate.
    ///
    /// With d the difference of a weight w and its value and ε the rounding error of an operation: the difference is
    /// computed within ε (4|w| + 5|d|), its square therefore within ε (8|w||d| + 11d²) + 20ε²w²; a boundary that is rounded
    /// the other way changes a square by 8ε|w||d|. Over the row Σ|w||d| ≤ √(Σw² Σd²). A sum of n numbers adds nε of itself.
    /// The estimate's own sums are binary64, off by at most 10^−14 n^1.5 Σw². All is doubled.
    private static func uncertainty(of error: Double, _ count: Int, squares: Double, _ precision: Precision) -> Double {
        let error = max(error, 0)
        let epsilon = precision.roundingError
        let terms = Double(count) / precision.accumulators + 40
        let rounding =
            epsilon * (16 * (squares * error).squareRoot() + terms * error) + 20 * epsilon * epsilon * squares
        return 2 * rounding + 2e-14 * Double(count) * Double(count).squareRoot() * squares
    }
}
