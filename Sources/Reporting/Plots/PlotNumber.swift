import Foundation

/// Numbers on axes and in tables.
enum PlotNumber {
    /// Up to three significant digits and no more zeros than needed: `0.25`, `12`, `1500`.
    static func short(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        let size = abs(value)
        if size >= 1e7 || size < 1e-4 { return String(format: "%.3g", value) }
        let digits = max(0, 2 - Int(log10(size).rounded(.down)))
        var text = String(format: "%.\(digits)f", value)
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// A share as a percentage with up to three digits.
    static func percent(_ share: Double) -> String { "\(short(share * 100)) %" }

    /// With the prefix that keeps it between 1 and 1000: `12 ms`, `1.5 GB/s`.
    static func si(_ value: Double, _ unit: String) -> String {
        guard value != 0 else { return unit.isEmpty ? "0" : "0 \(unit)" }
        let prefix = SIPrefix(for: value)
        let text = short(value / prefix.scale)
        return unit.isEmpty && prefix.letter.isEmpty ? text : "\(text) \(prefix.letter)\(unit)"
    }
}
