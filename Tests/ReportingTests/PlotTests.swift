import Testing

@testable import Reporting

@Suite struct PlotTests {
    @Test(arguments: [
        ([0.0, 7], [0.0, 2, 4, 6, 8]), ([3, 97], [0, 20, 40, 60, 80, 100]), ([0, 0], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([-3, 4], [-4, -2, 0, 2, 4]),
    ])
    func `A linear axis starts at nothing and has round numbers`(values: [Double], ticks: [Double]) {
        let axis = PlotAxis("x", values: values, scale: .linear)
        #expect(
            axis.ticks.count == ticks.count && zip(axis.ticks, ticks).allSatisfy { abs($0 - $1) < 1e-9 },
            "\(axis.ticks)")
        #expect(values.allSatisfy(axis.range.contains))
    }

    @Test(arguments: [(1e-6, 3.0), (0.5, 20), (3, 200_000), (2.5, 2.5), (1e-9, 1e12)])
    func `A logarithmic axis holds its values and has a handful of numbers`(low: Double, high: Double) {
        let axis = PlotAxis("x", unit: "s", values: [low, high], scale: .logarithmic)
        #expect(axis.range.lowerBound <= low && axis.range.upperBound >= high)
        #expect((1...9).contains(axis.ticks.count), "\(axis.ticks)")
        #expect(axis.position(axis.range.lowerBound) == 0 && abs(axis.position(axis.range.upperBound) - 1) < 1e-12)
    }

    @Test func `Wide ranges are logarithmic, narrow ones and those with nothing in them are not`() {
        #expect(PlotAxis("x", values: [1, 40]).scale == .logarithmic)
        #expect(PlotAxis("x", values: [1, 20]).scale == .linear)
        #expect(PlotAxis("x", values: [0, 400]).scale == .linear)
        #expect(PlotAxis("x", values: []).scale == .linear)
    }

    @Test func `Units stand in the title, or at numbers that have different prefixes`() {
        let linear = PlotAxis("Time", unit: "s", values: [0, 0.004], scale: .linear)
        #expect(linear.fullTitle == "Time [ms]" && linear.label(0.002) == "2")
        let wide = PlotAxis("Time", unit: "s", values: [1e-5, 1], scale: .logarithmic)
        #expect(wide.fullTitle == "Time" && wide.label(1e-3) == "1 ms")
        #expect(PlotAxis("Chips", values: [1, 64], ticks: [1, 64]).label(64) == "64")
        #expect(PlotAxis("Share", unit: "%", values: [0, 100]).fullTitle == "Share [%]")
    }

    @Test(arguments: [
        (0.0, "0"), (0.25, "0.25"), (12, "12"), (1500, "1500"), (99.96, "100"), (0.012345, "0.0123"), (-2.5, "-2.5"),
    ])
    func `Numbers have three digits and no needless zeros`(value: Double, text: String) {
        #expect(PlotNumber.short(value) == text)
    }

    @Test func `Labels lie neither on each other nor on points nor outside`() throws {
        let area = PlotArea(
            left: 40, top: 20, width: 300, height: 200, x: PlotAxis("x", values: [0, 10], scale: .linear),
            y: PlotAxis("y", values: [0, 10], scale: .linear))
        var boxes = LabelBoxes(area)
        var placed: [LabelBoxes.Box] = []
        let points = (0..<40).map { (number: Int) in area.place(Double(number * 7 % 11), Double(number * 3 % 10)) }
        for point in points { boxes.block(point, size: 5) }
        for point in points {
            guard let place = boxes.place("a label", at: point) else { continue }
            let width = TextWidth.of("a label", size: 11)
            let box = LabelBoxes.Box(left: place.0, top: place.1 - 9, right: place.0 + width, bottom: place.1 + 2)
            #expect(box.left >= area.left && box.right <= area.right + 12 && box.bottom <= area.bottom)
            #expect(!placed.contains(where: box.touches))
            for other in points {
                #expect(!box.touches(.init(left: other.0, top: other.1, right: other.0, bottom: other.1)))
            }
            placed.append(box)
        }
        #expect(placed.count > 3)
    }

    @Test(arguments: [350.0, 760])
    func `A legend has as many rows as its width needs`(width: Double) {
        let entries = (0..<12).map { (sign: PlotLegend.Sign.box("f\($0 % 8)"), name: "a series with the number \($0)") }
        let height = PlotLegend(entries: entries).height(in: width)
        let perRow = (width / (40 + TextWidth.of("a series with the number 10"))).rounded(.down)
        #expect(height >= (12 / (perRow + 1)).rounded(.up) * 18 && height <= 12 * 18)
        #expect(PlotLegend(entries: []).height(in: width) == 0)
    }

    @Test func `Text that is too long is cut with an ellipsis`() {
        #expect(TextWidth.fitted("short", 100) == "short")
        let cut = TextWidth.fitted("a rather long name of a bar", 80)
        #expect(cut.hasSuffix("…") && TextWidth.of(cut) <= 80)
        #expect(TextWidth.fitted("x", 0) == "…")
    }

    @Test func `Bars without anything in them, and lines without points, are drawn`() {
        let axis = PlotAxis("x", unit: "s", values: [])
        for width in [350.0, 760] {
            let pictures = [
                BarPlot(axis: axis, parts: [.init(name: "p", color: "f0")], bars: []).draw(width: width),
                LinePlot(x: axis, y: axis, series: [.init(name: "s", number: 0, points: [])]).draw(width: width),
                LanePlot(axis: axis, kinds: [], lanes: []).draw(width: width),
            ]
            for picture in pictures {
                let file = picture.file(label: "nothing")
                PageReader(file).check(file)
            }
        }
    }
}
