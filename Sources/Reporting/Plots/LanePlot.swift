/// What goes on in several lanes over time.
struct LanePlot: Plot {
    /// A stretch of a lane.
    struct Slice {
        var start: Double
        var end: Double
        /// Shares of the height from below, by kind; they need not fill it.
        var shares: [(kind: Int, share: Double)]
        /// What is written in it, if there is room.
        var label: String?
        /// What a pointer over it shows.
        var tip: String
    }

    /// A lane.
    struct Lane {
        var name: String
        var slices: [Slice]
    }

    var axis: PlotAxis
    var kinds: [BarPlot.Part]
    var lanes: [Lane]
    /// Moments that are marked across all lanes.
    var marks: [(time: Double, name: String)] = []

    func draw(width: Double) -> SVG {
        let isNarrow = width < 500
        let legend = PlotLegend(entries: kinds.map { (.box($0.color), $0.name) })
        let legendHeight = legend.height(in: width - 8)
        let names = lanes.map { TextWidth.of($0.name) }.max() ?? 0
        let left = isNarrow ? 6 : min(names, width * 0.3) + 14
        let laneWidth = width - left - 14
        let (rowHeight, height) = isNarrow ? (42.0, 22.0) : (32.0, 24.0)
        let top = legendHeight + (marks.isEmpty ? 8 : 26)
        let bottom = top + Double(lanes.count) * rowHeight
        var svg = SVG(width: width, height: bottom + 40)
        legend.draw(in: &svg, x: 4, y: 0, width: width - 8)
        for (row, lane) in lanes.enumerated() {
            let y = top + Double(row) * rowHeight
            if isNarrow {
                svg.text("", TextWidth.fitted(lane.name, width - 8), (left, y + 13))
            } else {
                svg.text("", TextWidth.fitted(lane.name, left - 12), (left - 8, y + 20), anchor: "end")
            }
            let bar = isNarrow ? y + 18 : y + 4
            for slice in lane.slices { draw(slice, &svg, left: left, y: bar, width: laneWidth, height: height) }
            svg.line("grid", (left, bar + height), (left + laneWidth, bar + height))
        }
        let rows = lanes.indices.map { row in
            let y = top + Double(row) * rowHeight + (isNarrow ? 18 : 4)
            return (from: y, to: y + height)
        }
        drawMarks(&svg, left: left, top: top, rows: rows, width: laneWidth)
        drawAxis(&svg, left: left, bottom: bottom, width: laneWidth)
        return svg
    }

    private func draw(_ slice: Slice, _ svg: inout SVG, left: Double, y: Double, width: Double, height: Double) {
        let from = left + axis.position(slice.start) * width
        let to = left + axis.position(slice.end) * width
        var level = y + height
        for (kind, share) in slice.shares where share > 0.004 {
            let size = share * height
            level -= size
            svg.rectangle(
                kinds[kind].color, x: from, y: level,
                width: max(0.4, to - from - (slice.label == nil || to - from < 3 ? 0 : 1)),
                height: size, tip: slice.tip)
        }
        guard let label = slice.label, TextWidth.of(label, size: 11) + 6 < to - from,
            let kind = slice.shares.first?.kind
        else { return }
        svg.text(
            "small \(PlotStyle.text(on: kinds[kind].color))", label, ((from + to) / 2, y + height / 2 + 4),
            anchor: "middle")
    }

    private func drawMarks(
        _ svg: inout SVG, left: Double, top: Double, rows: [(from: Double, to: Double)], width: Double
    ) {
        for (number, mark) in marks.enumerated() {
            let x = left + axis.position(mark.time) * width
            let next = number + 1 < marks.count ? left + axis.position(marks[number + 1].time) * width : svg.width
            svg.line("axis", (x, top - 16), (x, top - 4))
            for row in rows { svg.line("axis", (x, row.from - 2), (x, row.to + 2)) }
            // A name that would reach the next mark is left out; the next one has room.
            let size = TextWidth.of(mark.name, size: 11)
            if x + size + 8 < next {
                svg.text("small muted", mark.name, (x + 3, top - 6))
            } else if number + 1 == marks.count {
                svg.text("small muted", mark.name, (x - 3, top - 6), anchor: "end")
            }
        }
    }

    private func drawAxis(_ svg: inout SVG, left: Double, bottom: Double, width: Double) {
        var end = -Double.infinity
        for tick in axis.ticks where tick <= axis.range.upperBound * 1.000001 {
            let x = left + axis.position(tick) * width
            let label = axis.label(tick)
            let half = TextWidth.of(label) / 2
            let middle = min(max(x, half), svg.width - half)
            svg.line("axis", (x, bottom), (x, bottom + 4))
            guard middle - half > end + 6 else { continue }
            svg.text("muted", label, (middle, bottom + 17), anchor: "middle")
            end = middle + half
        }
        svg.line("axis", (left, bottom), (left + width, bottom))
        svg.text("strong small", axis.fullTitle, (left + width / 2, bottom + 34), anchor: "middle")
    }
}
