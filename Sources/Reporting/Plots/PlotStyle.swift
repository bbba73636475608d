/// Colours and fonts of plots, in light and dark.
///
/// The eight colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any colour vision tell
/// apart, made a little darker for light and lighter for dark ground, so that text on them and they on the ground are
/// readable.
enum PlotStyle {
    private static let light = [
        "#0072b2", "#c04f00", "#00805d", "#b0569b", "#4aa8dd", "#d98e00", "#8a7a00", "#5f6672",
    ]
    private static let dark = [
        "#58aee8", "#f39a5c", "#45cfa3", "#e3a3cf", "#9dd4f5", "#f0bf55", "#d8ca58", "#b4bcc8",
    ]
    /// What nobody does: idle time, guides.
    private static let quiet = (light: "#c3c9d1", dark: "#525b68")

    /// The font of plots and pages: one that every system has, so that text takes the space that was reckoned.
    static let font = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"

    /// Rules for all classes that ``SVG`` and the plots use.
    static let css = """
        .plot text { font-family: \(font); font-size: 12px }
        .plot .small { font-size: 11px }
        .plot .strong { font-weight: bold }
        .plot polyline { fill: none; stroke-width: 2 }
        .plot polyline.thin { stroke-width: 1.2; stroke-dasharray: 5 4 }
        .plot polyline.roof { stroke-width: 1.6 }
        .plot rect { stroke-width: 0; shape-rendering: crispEdges }
        .plot line { stroke-width: 1 }
        \(colors(text: "#1d2430", muted: "#4b5563", axis: "#6b7280", grid: "#e3e6ea", quiet.light, light, on: "#fff"))
        @media (prefers-color-scheme: dark) {
        \(colors(text: "#e7eaee", muted: "#b3bbc6", axis: "#8b95a3", grid: "#353d49", quiet.dark, dark, on: "#11151b"))
        }
        @media print {
        \(colors(text: "#000", muted: "#333", axis: "#555", grid: "#ddd", quiet.light, light, on: "#fff"))
        }
        """

    /// The class of text on a box of a class.
    static func text(on color: String) -> String { color == "quiet" ? "onquiet" : "on on\(color.dropFirst())" }

    private static func colors(
        text: String, muted: String, axis: String, grid: String, _ quiet: String, _ series: [String], on: String
    ) -> String {
        let rules =
            [
                ".plot text { fill: \(text) }", ".plot .muted { fill: \(muted) }", ".plot .axis { stroke: \(axis) }",
                ".plot .grid { stroke: \(grid) }", ".plot .quiet { fill: \(quiet) }", ".plot .on { fill: \(on) }",
                ".plot .onquiet { fill: \(text) }",
                ".plot .on4, .plot .on5 { fill: #11151b }",
            ]
            + series.enumerated().map { ".plot .f\($0.offset) { fill: \($0.element) }" }
            + series.enumerated().map { ".plot .l\($0.offset) { stroke: \($0.element) }" }
        return rules.joined(separator: "\n")
    }
}
