/// Values over a numeric axis, as lines with markers or as markers alone.
struct LinePlot: Plot {
    /// What belongs together.
    struct Series {
        /// How its points are joined.
        enum Style {
            /// A line with a marker at each point.
            case line
            /// Markers only.
            case points
            /// A line without markers.
            case bare
            /// A dashed line without markers, in the colour of its number.
            case ideal
        }

        var name: String
        /// Decides colour and marker; an ideal line has that of the series it belongs to.
        var number: Int
        var points: [Point]
        var style = Style.line
    }

    /// A value.
    struct Point {
        var x: Double
        var y: Double
        /// What a pointer over it shows.
        var tip: String
        /// What is written beside it, if there is room.
        var label: String?
    }

    var x: PlotAxis
    var y: PlotAxis
    var series: [Series]
    /// A word for dashed lines in the legend, where there are any.
    var idealName = "ideal"

    func draw(width: Double) -> SVG {
        let legend = self.legend
        let top = 26.0
        let tickWidth = y.ticks.map { TextWidth.of(y.label($0)) }.max() ?? 0
        let left = tickWidth + 12
        let area = PlotArea(
            left: left, top: top, width: width - left - 16, height: width < 500 ? 210 : 300, x: x, y: y)
        let legendTop = area.bottom + 44
        var svg = SVG(width: width, height: legendTop + legend.height(in: width - 8) + 4)
        area.draw(in: &svg)
        for series in series { draw(series, area, &svg) }
        var boxes = LabelBoxes(area)
        for series in series where series.style != .bare && series.style != .ideal {
            for point in series.points { boxes.block(area.place(point.x, point.y), size: 5) }
        }
        for series in series where series.style == .bare {
            boxes.block(along: series.points.map { area.place($0.x, $0.y) })
        }
        for series in series {
            for point in series.points {
                guard let label = point.label, let place = boxes.place(label, at: area.place(point.x, point.y)) else {
                    continue
                }
                svg.text("small", label, place)
            }
        }
        legend.draw(in: &svg, x: 4, y: legendTop, width: width - 8)
        return svg
    }

    private var legend: PlotLegend {
        var entries: [(sign: PlotLegend.Sign, name: String)] = []
        let named = series.filter { $0.style != .ideal && !$0.name.isEmpty }
        if named.count > 1 || series.contains(where: { $0.style == .bare || $0.style == .ideal }) {
            entries = named.map { series in
                switch series.style {
                case .points: (.marker(series.number), series.name)
                case .bare: (.bare("l\(series.number % 8)"), series.name)
                default: (.line(series.number), series.name)
                }
            }
        }
        if series.contains(where: { $0.style == .ideal }) { entries.append((.dashes("l7"), idealName)) }
        return PlotLegend(entries: entries)
    }

    private func draw(_ series: Series, _ area: PlotArea, _ svg: inout SVG) {
        let places = series.points.map { area.place($0.x, $0.y) }
        let color = "l\(series.number % 8)"
        switch series.style {
        case .line where places.count > 1: svg.polyline(color, places)
        case .bare: svg.polyline("roof \(color)", places)
        case .ideal: svg.polyline("thin \(color)", places)
        default: break
        }
        guard series.style == .line || series.style == .points else { return }
        let size = series.points.count > 60 ? 3.0 : 4.2
        for (point, place) in zip(series.points, places) {
            svg.marker(series.number, place, size: size, tip: point.tip)
        }
    }
}
