/// Names of series beside their signs, in as many rows as they need.
struct PlotLegend {
    /// What a sign looks like.
    enum Sign {
        /// A box in a colour: a class of ``PlotStyle``.
        case box(String)
        /// A line with a marker, of a series.
        case line(Int)
        /// A marker alone.
        case marker(Int)
        /// A line without markers, of a class.
        case bare(String)
        /// A dashed line.
        case dashes(String)
    }

    let entries: [(sign: Sign, name: String)]

    private static let rowHeight = 18.0

    private func rows(in width: Double) -> [[(x: Double, entry: Int)]] {
        var rows: [[(x: Double, entry: Int)]] = []
        var x = width
        for index in entries.indices {
            let size = 26 + TextWidth.of(entries[index].name) + 14
            if x + size > width + 14, x > 0 {
                rows.append([])
                x = 0
            }
            rows[rows.count - 1].append((x, index))
            x += size
        }
        return rows
    }

    /// The height that it takes.
    func height(in width: Double) -> Double { Double(rows(in: width).count) * Self.rowHeight }

    /// Draws it with its upper left corner at a place.
    func draw(in svg: inout SVG, x: Double, y: Double, width: Double) {
        for (number, row) in rows(in: width).enumerated() {
            let middle = y + Double(number) * Self.rowHeight + 9
            for (offset, index) in row {
                let left = x + offset
                switch entries[index].sign {
                case .box(let kind): svg.rectangle(kind, x: left + 6, y: middle - 6, width: 12, height: 12)
                case .line(let series):
                    svg.polyline("l\(series % 8)", [(left, middle), (left + 22, middle)])
                    svg.marker(series, (left + 11, middle), size: 3.6)
                case .marker(let series): svg.marker(series, (left + 11, middle), size: 4.4)
                case .bare(let kind): svg.polyline("roof \(kind)", [(left, middle), (left + 22, middle)])
                case .dashes(let kind): svg.polyline("thin \(kind)", [(left, middle), (left + 22, middle)])
                }
                let room = width - offset - 26
                svg.text("", TextWidth.fitted(entries[index].name, room), (left + 26, middle + 4))
            }
        }
    }
}
