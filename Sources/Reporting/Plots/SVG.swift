import Foundation

/// A picture as it is drawn: elements in pixels, from the upper left corner.
struct SVG {
    /// Its width.
    let width: Double
    /// Its height.
    var height: Double
    private(set) var body = ""

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    // MARK: Elements

    /// A straight line.
    mutating func line(_ kind: String, _ from: (Double, Double), _ to: (Double, Double)) {
        body +=
            "<line class=\"\(kind)\" x1=\"\(Self.number(from.0))\" y1=\"\(Self.number(from.1))\" "
            + "x2=\"\(Self.number(to.0))\" y2=\"\(Self.number(to.1))\"/>\n"
    }

    /// A line through points.
    mutating func polyline(_ kind: String, _ points: [(Double, Double)]) {
        let list = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
        body += "<polyline class=\"\(kind)\" points=\"\(list)\"/>\n"
    }

    /// A box, with what a pointer over it shows.
    mutating func rectangle(
        _ kind: String, x: Double, y: Double, width: Double, height: Double, tip: String? = nil
    ) {
        body +=
            "<rect class=\"\(kind)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
            + "height=\"\(Self.number(height))\"\(Self.end("rect", tip))"
    }

    /// Text; `anchor` is start, middle or end.
    mutating func text(_ kind: String, _ text: String, _ place: (Double, Double), anchor: String = "start") {
        body +=
            "<text class=\"\(kind)\" x=\"\(Self.number(place.0))\" y=\"\(Self.number(place.1))\" "
            + "text-anchor=\"\(anchor)\">\(Self.escaped(text))</text>\n"
    }

    /// One of four shapes, so that series differ not by colour alone; like colours have different ones.
    mutating func marker(_ series: Int, _ center: (Double, Double), size: Double, tip: String? = nil) {
        let (x, y) = center
        let corners: [(Double, Double)]
        switch (series + series / 4 * 2) % 4 {
        case 1: corners = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
        case 2: corners = [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
        case 3: corners = [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
        default:
            body +=
                "<circle class=\"f\(series % 8)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" "
                + "r=\"\(Self.number(size))\"\(Self.end("circle", tip))"
            return
        }
        let list = corners.map { "\(Self.number(x + $0.0 * size)),\(Self.number(y + $0.1 * size))" }
        body += "<polygon class=\"f\(series % 8)\" points=\"\(list.joined(separator: " "))\"\(Self.end("polygon", tip))"
    }

    private static func end(_ element: String, _ tip: String?) -> String {
        tip.map { "><title>\(escaped($0))</title></\(element)>\n" } ?? "/>\n"
    }

    // MARK: Text of the picture

    /// The picture as part of a page that has ``PlotStyle/css``.
    ///
    /// - Parameters:
    ///   - kind: further classes.
    ///   - label: what it shows, for those who do not see it.
    func inline(kind: String, label: String) -> String { root("class=\"plot \(kind)\"", label, style: "") }

    /// The picture as a file of its own, readable on light and dark ground.
    func file(label: String) -> String {
        root(
            "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" class=\"plot\"", label,
            style: "<style>\(PlotStyle.css)</style>\n")
    }

    private func root(_ attributes: String, _ label: String, style: String) -> String {
        let label = Self.escaped(label)
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" "
            + "\(attributes) role=\"img\" aria-label=\"\(label)\">\n<title>\(label)</title>\n\(style)\(body)</svg>\n"
    }

    /// A number with at most one digit after the point, the same on every machine.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }

    /// Text as it stands in XML.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
