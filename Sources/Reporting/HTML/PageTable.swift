/// A table of a page, which can be moved and sorted.
struct PageTable {
    /// A column.
    struct Column {
        var title: String
        var isNumber = false
    }

    /// An entry.
    struct Entry {
        var text: String
        /// What it is sorted by, in place of its text.
        var value: Double?
        /// Whether it may be broken into lines.
        var isLong = false

        init(_ text: String, value: Double? = nil, isLong: Bool = false) {
            self.text = text
            self.value = value
            self.isLong = isLong
        }

        /// A number with its unit, or a dash.
        static func number(_ value: Double?, _ unit: String) -> Entry {
            guard let value else { return Entry("–", value: -1) }
            return Entry(PlotNumber.si(value, unit), value: value)
        }
    }

    var title: String
    var columns: [Column]
    var rows: [[Entry]] = []
    var isSortable = true
    /// Whether a long table has a window of its own.
    var isTall = false

    var html: String {
        let head = columns.map { column in
            let kind = column.isNumber ? " class=\"number\"" : ""
            let title = SVG.escaped(column.title)
            return "<th scope=\"col\"\(kind)>" + (isSortable ? "<button>\(title)</button>" : title) + "</th>"
        }.joined()
        let body = rows.map { row in
            "<tr>"
                + zip(columns, row).map { column, entry in
                    let kind = column.isNumber ? " class=\"number\"" : entry.isLong ? " class=\"long\"" : ""
                    let value = entry.value.map { " data-value=\"\($0)\"" } ?? ""
                    return "<td\(kind)\(value)>\(SVG.escaped(entry.text))</td>"
                }.joined() + "</tr>"
        }.joined(separator: "\n")
        return """
            <div class="scroll\(isTall ? " tall" : "")" tabindex="0" role="group" aria-label="\(SVG.escaped(title))">
            <table>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)
            </tbody>
            </table>
            </div>

            """
    }
}

/// Small parts of pages.
enum PageParts {
    /// Key figures side by side.
    static func tiles(_ figures: [(name: String, value: String)]) -> String {
        let tiles = figures.map { "<div><dt>\(SVG.escaped($0.name))</dt><dd>\(SVG.escaped($0.value))</dd></div>" }
        return "<dl class=\"tiles\">\n" + tiles.joined(separator: "\n") + "\n</dl>\n"
    }

    /// A paragraph.
    static func paragraph(_ text: String, isNote: Bool = false) -> String {
        "<p\(isNote ? " class=\"note\"" : "")>\(SVG.escaped(text))</p>\n"
    }
}
