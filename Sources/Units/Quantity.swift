/// A physical value with its dimension, as written in input files: `64 GB/s`, `20 ns`, `0.5 pJ/bit`.
///
/// Grammar: `number [spaces] unit`, where `number` is a decimal number with optional sign, fraction and exponent
/// (`1`, `-2.5`, `1e-3`), and `unit` one of the dimension's ``Dimension/units``, in that very case. Dimensions without
/// unit take the number alone. Nothing may follow.
public struct Quantity: Hashable, Sendable {
    /// The value in the dimension's base unit.
    public let value: Double
    /// What it measures.
    public let dimension: Dimension

    /// Creates a quantity from a value in the dimension's base unit.
    public init(_ value: Double, _ dimension: Dimension) {
        self.value = value
        self.dimension = dimension
    }

    /// Reads a quantity, or returns nil where the text is not one of this dimension.
    public init?(_ text: some StringProtocol, as dimension: Dimension) {
        let text = text.trimmed
        let end = text.firstIndex { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+")) }
        var numberEnd = end ?? text.endIndex
        // An exponent: e, optional sign, digits.
        if numberEnd < text.endIndex, text[numberEnd] == "e" || text[numberEnd] == "E" {
            var index = text.index(after: numberEnd)
            if index < text.endIndex, text[index] == "-" || text[index] == "+" { index = text.index(after: index) }
            let digits = text[index...].prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty { numberEnd = digits.endIndex }
        }
        guard let number = Double(text[..<numberEnd]), number.isFinite else { return nil }
        let unit = text[numberEnd...].trimmed
        guard let scale = dimension.units.first(where: { $0.name == unit })?.scale else { return nil }
        self.init(number * scale, dimension)
    }

    /// The shortest text that reads back as exactly this value, in the largest unit that keeps it at or above one.
    public var text: String {
        let units = dimension.units
        let candidates = units.sorted { $0.scale > $1.scale }
        for unit in candidates where abs(value) >= unit.scale {
            let number = value / unit.scale
            if number * unit.scale == value, number.shortText.count <= 9 { return Self.join(number, unit.name) }
        }
        return Self.join(value, units[0].name)
    }

    private static func join(_ number: Double, _ unit: String) -> String {
        unit.isEmpty ? number.shortText : "\(number.shortText) \(unit)"
    }
}

extension Double {
    /// The shortest decimal text that reads back as this number, without a trailing `.0`.
    fileprivate var shortText: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension StringProtocol {
    /// The text without white space at both ends.
    fileprivate var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
