/// Something that can be drawn in any width.
protocol Plot {
    /// The picture; text keeps its size whatever the width.
    func draw(width: Double) -> SVG
}

/// A plot with its words.
struct Figure {
    /// A name for files, of small letters and dashes.
    let name: String
    let title: String
    /// What it shows and how to read it.
    let caption: String
    let plot: any Plot

    /// The width of plots on a desk and on a phone: both are in the page, and the one that fits is shown.
    static let widths = (wide: 760.0, narrow: 350.0)

    /// The figure in a page.
    var html: String {
        let label = "\(title). \(caption)"
        return """
            <figure id="\(name)">
            <h3>\(SVG.escaped(title))</h3>
            \(plot.draw(width: Self.widths.wide).inline(kind: "wide", label: label))\
            \(plot.draw(width: Self.widths.narrow).inline(kind: "narrow", label: label))\
            <figcaption>\(SVG.escaped(caption))</figcaption>
            </figure>

            """
    }

    /// The plot as a file of its own.
    var svg: String { plot.draw(width: Self.widths.wide).file(label: title) }
}
