import Foundation
import _RandomTestSupport

/// Damage to the structure of a JSON text: values, members, nesting.
enum JSONMutation {
    /// Damages a text in one way, at a place that is found by going down from the root.
    static func apply(to draft: inout JSONDraft, _ numbers: inout SeededGenerator) {
        let donor = descendant(of: draft, &numbers)
        change(&draft, donor, depth: 0, &numbers)
    }

    /// A value somewhere in the text.
    private static func descendant(of draft: JSONDraft, _ numbers: inout SeededGenerator) -> JSONDraft {
        guard numbers.integer(0...3) > 0 else { return draft }
        switch draft {
        case .list(let elements) where !elements.isEmpty: return descendant(of: numbers.pick(elements), &numbers)
        case .object(let members) where !members.isEmpty: return descendant(of: numbers.pick(members).value, &numbers)
        default: return draft
        }
    }

    private static func change(
        _ draft: inout JSONDraft, _ donor: JSONDraft, depth: Int, _ numbers: inout SeededGenerator
    ) {
        let stops = depth > 0 && numbers.integer(0...5) == 0
        switch draft {
        case .list(var elements) where !elements.isEmpty && !stops:
            if numbers.integer(0...7) == 0 {
                rearrange(&elements, donor, &numbers)
            } else {
                change(&elements[numbers.integer(0...elements.count - 1)], donor, depth: depth + 1, &numbers)
            }
            draft = .list(elements)
        case .object(var members) where !members.isEmpty && !stops:
            let place = numbers.integer(0...members.count - 1)
            switch numbers.integer(0...9) {
            case 0: rearrange(&members, (members[place].key, donor), &numbers)
            case 1: members[place].key = numbers.pick(hostileTexts + members.map(\.key))
            default: change(&members[place].value, donor, depth: depth + 1, &numbers)
            }
            draft = .object(members)
        case .text(let text) where numbers.integer(0...2) > 0:
            switch numbers.integer(0...5) {
            case 5: draft = .text(withOtherNumber(text, &numbers))
            case 0: draft = .text(String(repeating: text, count: 1 << numbers.integer(1...8)))
            case 1: draft = .text(String(text.dropLast(numbers.integer(1...3))))
            case 2: draft = .text(text + numbers.pick(hostileTexts))
            default: draft = .text(numbers.pick(hostileTexts))
            }
        case .word(let word) where numbers.flag():
            // A number that may still be right.
            guard let found = Int(String(decoding: word, as: UTF8.self)) else { fallthrough }
            draft = .word(Array("\(HostileNumbers.number(near: UInt64(max(found, 0)), &numbers))".utf8))
        default: draft = numbers.integer(0...3) == 0 ? donor : .word(hostileWord(&numbers))
        }
    }

    /// The text with a hostile number in place of one that it holds: texts may be JSON again.
    private static func withOtherNumber(_ text: String, _ numbers: inout SeededGenerator) -> String {
        let runs = text.ranges(of: /[0-9]+/)
        guard !runs.isEmpty else { return text }
        let run = numbers.pick(runs)
        let near = HostileNumbers.number(near: UInt64(text[run]) ?? 0, &numbers)
        return text.replacingCharacters(in: run, with: "\(near)")
    }

    /// Removes, repeats, exchanges or adds elements.
    private static func rearrange<Element>(
        _ elements: inout [Element], _ donor: Element, _ numbers: inout SeededGenerator
    ) {
        let place = numbers.integer(0...elements.count - 1)
        switch numbers.integer(0...3) {
        case 0: elements.remove(at: place)
        case 1:
            let count = min(1 << numbers.integer(0...8), 20_000 / elements.count + 1)
            elements.insert(contentsOf: Array(repeating: elements[place], count: count), at: place)
        case 2: elements.swapAt(place, numbers.integer(0...elements.count - 1))
        default: elements.insert(donor, at: place)
        }
    }

    private static let hostileTexts = [
        "", " ", "..", "/dev/zero", "../model.safetensors", "a/b", "\u{0}", "\u{1B}[31mred", "\u{301}", "e\u{301}", "é",
        "\u{10FFFF}", "\u{2581}", "\u{2028}", "<0xFF>", "<0x0A>", "Sequence", "ByteLevel", "Metaspace", "F64", "I8",
        "U64", "__metadata__", "linear", "yarn", "gelu", "\r\n", String(repeating: "x", count: 5000), "*a", "&a", "<<",
        "!!int", "null", "~", "0x10", ".inf", "1e5",
    ]

    /// What opens and closes a level of nesting.
    private static let nests = [("[", "]"), ("{\"a\":", "}"), ("{\"type\":\"Sequence\",\"normalizers\":[", "]}")]

    /// Bytes that are, or are not, a value.
    private static func hostileWord(_ numbers: inout SeededGenerator) -> [UInt8] {
        switch numbers.integer(0...6) {
        case 0: return Array("\(HostileNumbers.number(near: 64, &numbers))".utf8)
        case 1: return Array("-\(HostileNumbers.number(near: 64, &numbers))".utf8)
        case 2:
            let depth = numbers.pick([2, 8, 9, 63, 64, 65, 511, 512, 513, 5000, 60_000])
            let (open, close) = numbers.pick(nests)
            let count = min(depth, 200_000 / open.count)
            let isClosed = numbers.flag()
            return Array(
                (String(repeating: open, count: count) + "1" + (isClosed ? String(repeating: close, count: count) : ""))
                    .utf8)
        case 3: return numbers.pick(wrongBytes)
        default: return Array(numbers.pick(words).utf8)
        }
    }

    private static let words = [
        "null", "true", "false", "{}", "[]", "\"\"", "0.5", "-0", "1e999", "-1e999", "1e308", "1e-320", "1E+2", "01",
        "1.",
        ".5", "+1", "0x10", "NaN", "Infinity", "nul", "", ",", "}", "]", "\"", "\"\\u", "\"\\ud800\"",
        "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u0000\"", "\"\\q\"", "\"a\tb\"", "1 2", "/* */ 1", "'a'", "&a 1",
        "*a",
        "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{1:2}", String(repeating: "9", count: 5000),
        "0." + String(repeating: "0", count: 5000) + "1", "1e" + String(repeating: "9", count: 300),
    ]

    /// Texts that are no UTF-8.
    private static let wrongBytes: [[UInt8]] = [
        [0x22, 0xFF, 0xFE, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x96, 0x22], [0xEF, 0xBB, 0xBF, 0x31], [0x22, 0x00, 0x22],
        [0x00], [0x85], [0xC2, 0x85],
    ]
}
