/// The rectangle that values are drawn in, with its axes.
struct PlotArea {
    let left: Double
    let top: Double
    let width: Double
    let height: Double
    let x: PlotAxis
    let y: PlotAxis

    var bottom: Double { top + height }
    var right: Double { left + width }

    /// Where a pair of values lies.
    func place(_ xValue: Double, _ yValue: Double) -> (Double, Double) {
        (left + x.position(xValue) * width, bottom - y.position(yValue) * height)
    }

    /// Grid, axes, numbers and titles.
    func draw(in svg: inout SVG) {
        svg.text("strong small", y.fullTitle, (0, 12))
        for tick in y.ticks {
            let height = bottom - y.position(tick) * height
            svg.line("grid", (left, height), (right, height))
            svg.text("muted", y.label(tick), (left - 6, height + 4), anchor: "end")
        }
        var end = -Double.infinity
        for tick in x.ticks.sorted() {
            let place = left + x.position(tick) * width
            let label = x.label(tick)
            let half = TextWidth.of(label) / 2
            svg.line("axis", (place, bottom), (place, bottom + 4))
            // Numbers that would touch the one before are left out, not their ticks.
            let middle = min(max(place, half), svg.width - half)
            guard middle - half > end + 6 else { continue }
            svg.text("muted", label, (middle, bottom + 18), anchor: "middle")
            end = middle + half
        }
        svg.line("axis", (left, bottom), (right, bottom))
        svg.text("strong small", x.fullTitle, (left + width / 2, bottom + 36), anchor: "middle")
    }
}
