/// A JSON text as it is written, right or wrong: members keep their order and may repeat, and a word is any bytes.
enum JSONDraft {
    /// A number, a name such as `true`, or what is none of these.
    case word([UInt8])
    case text(String)
    case list([JSONDraft])
    case object([(key: String, value: JSONDraft)])

    /// The text.
    var bytes: [UInt8] {
        var result: [UInt8] = []
        write(to: &result)
        return result
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .word(let word): bytes += word
        case .text(let text): Self.write(text, to: &bytes)
        case .list(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array(String(byte, radix: 16).utf8)
                bytes += Array("\\u".utf8) + [UInt8](repeating: UInt8(ascii: "0"), count: 4 - digits.count) + digits
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONDraft: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(_ number: Int) { self = .word(Array("\(number)".utf8)) }
    init(integerLiteral value: Int) { self.init(value) }
    init(floatLiteral value: Double) { self = .word(Array("\(value)".utf8)) }
    init(booleanLiteral value: Bool) { self = .word(Array("\(value)".utf8)) }
    init(stringLiteral value: String) { self = .text(value) }
    init(arrayLiteral elements: JSONDraft...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONDraft)...) {
        self = .object(elements.map { (key: $0.0, value: $0.1) })
    }
}
