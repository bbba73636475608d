import Foundation

/// An axis: what it shows, from where to where, and where its numbers stand.
struct PlotAxis {
    /// How values lie on it.
    enum Scale {
        /// In equal steps.
        case linear
        /// In equal factors; values are positive.
        case logarithmic
    }

    /// What it shows, without the unit.
    let title: String
    /// The unit, or nothing for counts.
    let unit: String
    let scale: Scale
    let range: ClosedRange<Double>
    /// Where numbers stand.
    let ticks: [Double]
    /// What the numbers are multiples of, on a linear axis.
    private let prefix: SIPrefix
    private let hasPrefixes: Bool

    /// An axis for some values.
    ///
    /// - Parameters:
    ///   - scale: nil for a logarithmic one where the largest value is at least 30 times the smallest.
    ///   - startsAtZero: whether a linear axis does.
    ///   - isTight: whether a linear axis ends with the last value, not with a round number.
    ///   - usesPrefixes: whether large and small numbers are written with prefixes of the unit.
    ///   - ticks: where numbers shall stand, in place of round ones.
    init(
        _ title: String, unit: String = "", values: [Double], scale wanted: Scale? = nil, startsAtZero: Bool = true,
        isTight: Bool = false, usesPrefixes: Bool = true, ticks: [Double]? = nil
    ) {
        self.title = title
        self.unit = unit
        let values = values.filter(\.isFinite)
        let positive = values.filter { $0 > 0 }
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let isWide = positive.count == values.count && low > 0 && high / low >= 30
        let scale =
            positive.count == values.count && !values.isEmpty ? wanted ?? (isWide ? .logarithmic : .linear) : .linear
        self.scale = scale
        switch scale {
        case .linear:
            let bottom = startsAtZero ? min(0, low) : low
            let top = high > bottom ? high : bottom + max(abs(bottom), 1)
            let step = Self.niceStep((top - bottom) / 5)
            let first = (bottom / step).rounded(.down) * step
            let last = (top / step - 1e-9).rounded(.up) * step
            range = ticks == nil && !isTight ? first...last : bottom...top
            let round = stride(from: 0, through: ((last - first) / step).rounded(), by: 1).map { first + $0 * step }
            self.ticks = ticks ?? round.filter { !isTight || $0 <= top + step * 1e-9 }
        case .logarithmic:
            if let ticks {
                // A little room beside the first and the last.
                let room = pow(high / low, 0.03)
                range = high > low ? low / room...high * room : low / 2...high * 2
                self.ticks = ticks
            } else {
                (range, self.ticks) = Self.logarithmic(low, high)
            }
        }
        // Without a unit a prefix has nothing to stand before.
        hasPrefixes = usesPrefixes && !unit.isEmpty && unit != "%"
        prefix = SIPrefix(for: !hasPrefixes || scale == .logarithmic ? 1 : max(abs(low), abs(high)))
    }

    /// 1, 2 or 5 times a power of ten.
    private static func niceStep(_ step: Double) -> Double {
        let power = pow(10, log10(step).rounded(.down))
        let rest = step / power
        return power * (rest <= 1.0001 ? 1 : rest <= 2.0001 ? 2 : rest <= 5.0001 ? 5 : 10)
    }

    private static func logarithmic(_ low: Double, _ high: Double) -> (ClosedRange<Double>, [Double]) {
        let factors: [Double] = high / low > 300 ? [1] : high / low > 30 ? [1, 3] : [1, 2, 5]
        var ticks: [Double] = []
        var power = pow(10, log10(low).rounded(.down) - 1)
        while power <= high * 100 {
            ticks += factors.map { $0 * power }
            power *= 10
        }
        let below = ticks.last { $0 <= low * 1.0001 } ?? low
        let above = ticks.first { $0 >= high * 0.9999 && $0 > below } ?? high
        var shown = ticks.filter { $0 >= below * 0.999 && $0 <= above * 1.001 }
        while shown.count > 8 { shown = shown.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) }
        return (below...above, shown)
    }

    /// Whether each number has its unit: short ones, where prefixes differ.
    private var labelsHaveUnits: Bool { scale == .logarithmic && hasPrefixes && unit.count <= 3 }

    /// The title with its unit in brackets, unless the numbers have it.
    var fullTitle: String {
        let symbol = scale == .linear ? prefix.letter + unit : labelsHaveUnits ? "" : unit
        return symbol.isEmpty ? title : "\(title) [\(symbol)]"
    }

    /// The text of a tick.
    func label(_ value: Double) -> String {
        // Prefixes stand at the number where an axis goes over many of them.
        guard scale == .logarithmic, hasPrefixes else {
            let scaled = value / prefix.scale
            return abs(scaled - scaled.rounded()) < 1e-9 && abs(scaled) < 1e7
                ? "\(Int(scaled.rounded()))" : PlotNumber.short(scaled)
        }
        let own = SIPrefix(for: value)
        let symbol = own.letter + (labelsHaveUnits ? unit : "")
        return PlotNumber.short(value / own.scale) + (symbol.isEmpty ? "" : " \(symbol)")
    }

    /// Where a value lies: 0 at the start, 1 at the end.
    func position(_ value: Double) -> Double {
        switch scale {
        case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        case .logarithmic: log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
        }
    }
}
