/// Stacked bars, one below the other, with their names before or above them.
struct BarPlot: Plot {
    /// A part of every bar.
    struct Part {
        var name: String
        /// A class of ``PlotStyle``: `f0` to `f7` or `quiet`.
        var color: String
    }

    /// A bar.
    struct Bar {
        var name: String
        /// By part, in the unit of the axis.
        var values: [Double]
        /// What stands behind it.
        var total: String
        /// What a pointer over each part shows, besides its name.
        var tips: [String]
    }

    var axis: PlotAxis
    var parts: [Part]
    var bars: [Bar]
    /// Whether each bar fills the axis, with the shares of its parts written in them.
    var showsShares = false

    func draw(width: Double) -> SVG {
        let isNarrow = width < 500
        let legend = PlotLegend(entries: parts.count > 1 ? parts.map { (.box($0.color), $0.name) } : [])
        let legendHeight = legend.height(in: width - 8)
        let totals = (bars.map { TextWidth.of($0.total) }.max() ?? 0) + 10
        let names = bars.map { TextWidth.of($0.name) }.max() ?? 0
        let left = isNarrow ? 6 : min(names, width * 0.36) + 12
        let barWidth = width - left - totals - 8
        let (rowHeight, barHeight) = isNarrow ? (38.0, 16.0) : (26.0, 18.0)
        let top = legendHeight + 10
        let bottom = top + Double(bars.count) * rowHeight
        var svg = SVG(width: width, height: bottom + 42)
        legend.draw(in: &svg, x: 4, y: 0, width: width - 8)
        let rows = bars.indices.map { row in
            let y = top + Double(row) * rowHeight + (isNarrow ? 17 : 0)
            return (from: y, to: isNarrow ? y + barHeight : y + rowHeight)
        }
        drawAxis(&svg, left: left, rows: rows, bottom: bottom, width: barWidth)
        for (row, bar) in bars.enumerated() {
            let y = top + Double(row) * rowHeight
            if isNarrow {
                svg.text("", TextWidth.fitted(bar.name, width - 8), (left, y + 12))
            } else {
                svg.text("", TextWidth.fitted(bar.name, left - 10), (left - 8, y + 17), anchor: "end")
            }
            draw(bar, &svg, left: left, y: isNarrow ? y + 17 : y + 4, width: barWidth, height: barHeight)
        }
        return svg
    }

    private func drawAxis(
        _ svg: inout SVG, left: Double, rows: [(from: Double, to: Double)], bottom: Double, width: Double
    ) {
        var end = -Double.infinity
        for tick in axis.ticks {
            let x = left + axis.position(tick) * width
            // Beside the bars only: names above them stay readable.
            for row in rows { svg.line(tick == 0 ? "axis" : "grid", (x, row.from), (x, row.to)) }
            let label = axis.label(tick)
            let half = TextWidth.of(label) / 2
            let middle = max(x, half)
            guard middle - half > end + 6 else { continue }
            svg.text("muted", label, (middle, bottom + 15), anchor: "middle")
            end = middle + half
        }
        let title = axis.fullTitle
        let half = TextWidth.of(title, size: 11) / 2
        svg.text("strong small", title, (max(left + width / 2, half), bottom + 34), anchor: "middle")
    }

    private func draw(_ bar: Bar, _ svg: inout SVG, left: Double, y: Double, width: Double, height: Double) {
        let sum = bar.values.reduce(0, +)
        var x = left
        for (index, value) in bar.values.enumerated() where value > 0 {
            let size = axis.position(value) * width - axis.position(0) * width
            let share = sum > 0 ? value / sum : 0
            let percent = "\(PlotNumber.short((share * 1000).rounded() / 10)) %"
            let tip = "\(bar.name), \(parts[index].name): \(bar.tips[index])" + (parts.count > 1 ? " (\(percent))" : "")
            // A hair's breadth between parts, for print without colours.
            svg.rectangle(
                parts[index].color, x: x, y: y, width: max(0.3, size - (size > 3 ? 0.8 : 0)), height: height, tip: tip)
            if showsShares, TextWidth.of(percent, size: 11) + 6 < size {
                svg.text(
                    "small \(PlotStyle.text(on: parts[index].color))", percent, (x + size / 2, y + height / 2 + 4),
                    anchor: "middle")
            }
            x += size
        }
        svg.text("muted", bar.total, (x + 6, y + height / 2 + 4))
    }
}
