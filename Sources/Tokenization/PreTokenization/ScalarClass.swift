/// What the patterns of pre-tokenisers ask about a character.
struct ScalarClass: OptionSet {
    let rawValue: UInt8

    /// `\p{L}`
    static let letter = ScalarClass(rawValue: 1)
    /// `\p{N}`
    static let number = ScalarClass(rawValue: 2)
    /// `\s`
    static let space = ScalarClass(rawValue: 4)
    /// `[\r\n]`
    static let lineEnd = ScalarClass(rawValue: 8)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The classes of a character.
    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A: self = .letter
        case 0x30...0x39: self = .number
        case 0x0A, 0x0D: self = [.space, .lineEnd]
        case 0x09, 0x0B, 0x0C, 0x20: self = .space
        case 0..<0x80: self = []
        default:
            let properties = scalar.properties
            switch properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
            case .decimalNumber, .letterNumber, .otherNumber: self = .number
            default: self = properties.isWhitespace ? .space : []
            }
        }
    }

    /// Neither letter nor number nor white space.
    var isOther: Bool { isDisjoint(with: [.letter, .number, .space]) }
}
