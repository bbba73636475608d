import Fabric
import Foundation

/// A network as SVG or as DOT (Graphviz), with the utilisation of links in colour where something has been sent.
public struct TopologyDrawing {
    private let drawing: NetworkDrawing
    private let title: String
    private let fullScale: Double
    private let name: String

    /// Creates a drawing.
    ///
    /// - Parameters:
    ///   - fullScale: the utilisation that gets the last of the colours.
    ///   - name: tells it apart from other drawings of one page.
    public init(_ drawing: NetworkDrawing, title: String, fullScale: Double = 1, name: String = "") {
        self.drawing = drawing
        self.title = title
        self.fullScale = fullScale > 0 ? fullScale : 1
        self.name = name
    }

    /// A Graphviz graph: `dot -Tpdf`, or `neato -n` to keep the places.
    public var dot: String {
        var text = "digraph \(Self.quoted(title)) {\n  node [shape=box, style=rounded]; edge [dir=both];\n"
        for vertex in drawing.vertices {
            let shape = vertex.isSwitch ? ", shape=ellipse" : ""
            text +=
                "  \(Self.quoted(vertex.name)) [pos=\"\(Self.number(vertex.x * 72)),\(Self.number(-vertex.y * 72))\"\(shape)];\n"
        }
        for edge in drawing.edges {
            let ends = [edge.from, edge.to].map { Self.quoted(drawing.vertices[$0].name) }
            var attributes = ["tooltip=\(Self.quoted(edge.link))"]
            if edge.isOneWay { attributes.append("dir=forward") }
            if let utilization = edge.utilization {
                attributes.append("label=\"\(Figures.percent(utilization))\", color=\"\(color(utilization))\"")
            }
            text += "  \(ends[0]) -> \(ends[1]) [\(attributes.joined(separator: ", "))];\n"
        }
        return text + "}\n"
    }

    /// A picture that needs nothing else; readable on light and dark ground.
    public var svg: String {
        let scale = drawing.vertices.count > 256 ? 24.0 : drawing.vertices.count > 24 ? 56 : 84
        let radius = drawing.vertices.count > 256 ? 8.0 : 15
        let margin = 40.0
        let xs = drawing.vertices.map(\.x)
        let ys = drawing.vertices.map(\.y)
        let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
        let hasLoads = drawing.edges.contains { $0.utilization != nil }
        let width = max(Double(title.count) * 7.6 + 24, 420, ((xs.max() ?? 0) - left) * scale + 2 * margin)
        let height = ((ys.max() ?? 0) - top) * scale + 2 * margin + (hasLoads ? 64 : 36)
        func x(_ vertex: NetworkDrawing.Vertex) -> Double { (vertex.x - left) * scale + margin }
        func y(_ vertex: NetworkDrawing.Vertex) -> Double { (vertex.y - top) * scale + margin + 28 }
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(width)) \(Self.number(height))" \
            width="\(Self.number(width))" height="\(Self.number(height))" class="network" font-family="sans-serif" role="img" \
            aria-label="\(Self.escaped(title))">
            <title>\(Self.escaped(title))</title>
            <style>
            .network text { fill: #222; font-size: \(radius < 10 ? 7 : 11)px; text-anchor: middle; dominant-baseline: central }
            .network .heading { font-size: 15px; text-anchor: start }
            .network .chip { fill: #dfe8f5; stroke: #345 } .network .switch { fill: #f3e6c8; stroke: #653 }
            .network .link { stroke: #8a94a3; stroke-width: 1.6; fill: none }
            @media screen and (prefers-color-scheme: dark) { .network text { fill: #e6e6e6 }
            .network .chip { fill: #26384f; stroke: #9bd }
            .network .switch { fill: #4b3d1d; stroke: #db9 } .network .link { stroke: #7b8794 } }
            </style>
            <defs><marker id="arrow\(name)" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" \
            orient="auto"><path d="M0 0 8 4 0 8z" fill="#8a94a3"/></marker></defs>
            <text class="heading" x="12" y="18">\(Self.escaped(title))</text>

            """
        for edge in drawing.edges {
            let (from, to) = (drawing.vertices[edge.from], drawing.vertices[edge.to])
            let path = Self.path(
                from: (x(from), y(from)), to: (x(to), y(to)), radius: radius,
                bend: bend(from, to) * scale)
            let color = edge.utilization.map { " style=\"stroke: \(self.color($0)); stroke-width: 2.6\"" } ?? ""
            let arrow = edge.isOneWay ? " marker-end=\"url(#arrow\(name))\"" : ""
            let load = edge.utilization.map { ", busy \(PlotNumber.percent($0))" } ?? ""
            text +=
                "<path class=\"link\" d=\"\(path)\"\(color)\(arrow)><title>\(Self.escaped(from.name)) to "
                + "\(Self.escaped(to.name)): \(Self.escaped(edge.link)), \(Figures.si(edge.bytesPerSecond, "B/s"))\(load)"
                + "</title></path>\n"
        }
        for vertex in drawing.vertices {
            let (centerX, centerY) = (x(vertex), y(vertex))
            if vertex.isSwitch {
                text +=
                    "<circle class=\"switch\" cx=\"\(Self.number(centerX))\" cy=\"\(Self.number(centerY))\" r=\"\(Self.number(radius))\"/>"
            } else {
                text +=
                    "<rect class=\"chip\" x=\"\(Self.number(centerX - radius))\" y=\"\(Self.number(centerY - radius))\" "
                    + "width=\"\(Self.number(2 * radius))\" height=\"\(Self.number(2 * radius))\" rx=\"3\"/>"
            }
            text +=
                "<text x=\"\(Self.number(centerX))\" y=\"\(Self.number(centerY))\">\(Self.escaped(vertex.name))</text>\n"
        }
        if hasLoads {
            text +=
                "<text class=\"heading\" style=\"font-size: 11px\" x=\"12\" y=\"\(Self.number(height - 16))\">busy</text>\n"
            for step in 0...10 {
                text +=
                    "<rect x=\"\(48 + step * 18)\" y=\"\(Self.number(height - 24))\" width=\"18\" height=\"12\" "
                    + "fill=\"\(color(fullScale * Double(step) / 10))\"/>\n"
            }
            text +=
                "<text class=\"heading\" style=\"font-size: 11px\" x=\"252\" y=\"\(Self.number(height - 16))\">0 to \(PlotNumber.percent(fullScale)) of the time</text>\n"
        }
        return text + "</svg>\n"
    }

    /// Links over others' heads are bent: along a row or column, where straight ones would run through chips.
    private func bend(_ from: NetworkDrawing.Vertex, _ to: NetworkDrawing.Vertex) -> Double {
        guard !from.isSwitch, !to.isSwitch else { return 0 }
        let distance = hypot(from.x - to.x, from.y - to.y)
        let isStraight = abs(from.x - to.x) < 1e-9 || abs(from.y - to.y) < 1e-9
        return isStraight && distance > 1.5 ? min(0.9, 0.28 + 0.06 * distance) : 0
    }

    private static func path(
        from: (x: Double, y: Double), to: (x: Double, y: Double), radius: Double, bend: Double
    ) -> String {
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        let length = max(1e-9, hypot(dx, dy))
        let inset = min(radius, length / 2)
        let (ux, uy) = (dx / length, dy / length)
        let start = "M\(number(from.x + ux * inset)) \(number(from.y + uy * inset))"
        let end = "\(number(to.x - ux * inset)) \(number(to.y - uy * inset))"
        guard bend > 0 else { return "\(start)L\(end)" }
        let middle = "\(number((from.x + to.x) / 2 - uy * bend)) \(number((from.y + to.y) / 2 + ux * bend))"
        return "\(start)Q\(middle) \(end)"
    }

    /// From blue (idle) over orange to red (full scale).
    private func color(_ utilization: Double) -> String {
        let stops: [(Double, [Double])] = [(0, [120, 144, 176]), (0.5, [232, 160, 40]), (1, [200, 30, 40])]
        let share = max(0, min(1, utilization / fullScale))
        let index = share < 0.5 ? 0 : 1
        let (low, high) = (stops[index], stops[index + 1])
        let weight = (share - low.0) / (high.0 - low.0)
        let parts = zip(low.1, high.1).map { Int(($0 + ($1 - $0) * weight).rounded()) }
        return "#" + parts.map { String(format: "%02x", $0) }.joined()
    }

    private static func number(_ value: Double) -> String {
        let text = String(format: "%.1f", value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
