import Foundation

/// A roofline plot (Williams, Waterman, Patterson 2009, doi:10.1145/1498765.1498785) of one chip: multiply-adds per second
/// over multiply-adds per byte of DRAM traffic. A phase lies below both roofs:
///
///     rate <= min(peak, DRAM rate x MACs per byte)
enum Roofline {
    /// A run and how it is called.
    struct Entry {
        var name: String
        var figures: RunFigures
        /// Whether there is room to write its name.
        var isLabelled: Bool
    }

    private struct Roof: Hashable {
        var peak: Double
        var rate: Double
    }

    private static let mostRoofs = 4

    /// The figure, or nil where nothing is known of the chip.
    static func figure(_ entries: [Entry], name: String) -> Figure? {
        var points: [String: [LinePlot.Point]] = [:]
        var roofs: [Roof: [String]] = [:]
        var order: [Roof] = []
        for entry in entries {
            guard let rate = entry.figures.dramBytesPerSecond else { continue }
            for (phaseName, phase) in entry.figures.namedPhases where phase.dramBytes > 0 && phase.macs > 0 {
                let intensity = Double(phase.macs) / Double(phase.dramBytes)
                let reached = entry.figures.macsPerSecond(phase)
                let tip =
                    "\(entry.name), \(phaseName): \(PlotNumber.short(intensity)) MAC/byte, "
                    + "\(PlotNumber.si(reached, "MAC/s")) per chip"
                let label = entry.isLabelled ? (entry.name.isEmpty ? phaseName : entry.name) : nil
                points[phaseName, default: []].append(LinePlot.Point(x: intensity, y: reached, tip: tip, label: label))
                guard let peak = entry.figures.peakMACsPerSecond(phase) else { continue }
                // Peaks are found by division: the same ones differ in their last digits.
                let power = significant(peak)
                let roof = Roof(peak: power, rate: significant(rate))
                if roofs[roof] == nil { order.append(roof) }
                roofs[roof, default: []].append(entry.name)
            }
        }
        guard !order.isEmpty else { return nil }
        let shown = order.prefix(mostRoofs)
        let all = points.values.joined()
        let edges = shown.map { $0.peak / $0.rate }
        let left = min(all.map(\.x).min() ?? 1, edges.min() ?? 1) / 3
        let right = max(all.map(\.x).max() ?? 1, edges.max() ?? 1) * 3
        let lowest = min(all.map(\.y).min() ?? 1, shown.map { $0.rate * left }.min() ?? 1)
        let x = PlotAxis(
            "Multiply-adds per byte of DRAM traffic", unit: "MAC/byte", values: [left, right], scale: .logarithmic,
            usesPrefixes: false)
        let bottom = x.range.lowerBound
        let y = PlotAxis(
            "Multiply-adds per second and chip", unit: "MAC/s",
            values: [min(lowest, (shown.map(\.rate).min() ?? 1) * bottom), shown.map(\.peak).max() ?? 1],
            scale: .logarithmic)
        var series = shown.enumerated().map { index, roof in
            let start = max(bottom, y.range.lowerBound / roof.rate)
            let name =
                "roof: \(PlotNumber.si(roof.rate, "B/s")) DRAM, \(PlotNumber.si(roof.peak, "MAC/s")) peak"
            let corners = [
                (start, start * roof.rate), (roof.peak / roof.rate, roof.peak), (x.range.upperBound, roof.peak),
            ]
            return LinePlot.Series(
                name: name, number: [7, 3, 5, 6][index],
                points: corners.map { LinePlot.Point(x: $0.0, y: $0.1, tip: name) }, style: .bare)
        }
        for (index, phase) in ["prefill", "decode"].enumerated() {
            guard let own = points[phase] else { continue }
            series.append(LinePlot.Series(name: phase, number: index, points: own, style: .points))
        }
        let rest = order.count - shown.count
        return Figure(
            name: name, title: "Roofline of a chip",
            caption:
                "Under the slope the DRAM is the limit, under the flat part the PE array: rate = min(peak, DRAM rate x "
                + "multiply-adds per byte). The distance to the roof is what neither explains: communication, idle time, "
                + "the vector unit, partly filled tiles."
                + (rest > 0 ? " \(rest) more roofs, of other chips or formats, are left out." : ""),
            plot: LinePlot(x: x, y: y, series: series))
    }

    /// Three significant digits.
    private static func significant(_ value: Double) -> Double {
        let power = pow(10, log10(value).rounded(.down) - 2)
        return (value / power).rounded() * power
    }
}
