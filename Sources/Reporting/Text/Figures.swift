import Foundation

/// Numbers and bars as people read them.
enum Figures {
    /// A value in the SI prefix that keeps it between 1 and 1000, with three significant digits: `12.3 ms`.
    static func si(_ value: Double, _ unit: String) -> String {
        guard value != 0 else { return "0 \(unit)" }
        let prefix = SIPrefix(for: value)
        return "\(threeDigits(value / prefix.scale)) \(prefix.asciiLetter)\(unit)"
    }

    /// A number with three significant digits and no exponent.
    static func threeDigits(_ value: Double) -> String {
        let size = abs(value)
        return String(format: size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f", value)
    }

    /// A share as a percentage with one digit.
    static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    /// Bytes in binary units.
    static func bytes(_ count: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1023.5, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(threeDigits(value)) \(units[unit])"
    }

    /// A bar of eighths of a character, `width` characters at a share of one.
    static func bar(_ share: Double, width: Int) -> String {
        let eighths = Int((max(0, min(1, share)) * Double(width * 8)).rounded())
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        let text = String(repeating: "█", count: eighths / 8) + partial
        return text.padded(to: width)
    }
}

extension String {
    /// The text with blanks added on the right.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// The text with blanks added on the left.
    func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
