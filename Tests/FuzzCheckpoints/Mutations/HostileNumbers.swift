import _RandomTestSupport

/// Numbers at which counts, sizes and offsets go wrong.
enum HostileNumbers {
    private static let small: [UInt64] = [
        0, 1, 2, 3, 4, 6, 7, 8, 9, 12, 13, 24, 31, 32, 33, 127, 128, 255, 256, 65_535, 65_536,
    ]
    private static let powers: [UInt64] = [20, 24, 31, 32, 40, 61, 62, 63].map { 1 << $0 }
    private static let all: [UInt64] =
        small + powers.map { $0 - 1 } + powers + powers.map { $0 + 1 } + [UInt64.max - 31, .max - 1, .max]

    /// One of them, or one near a number.
    static func number(near value: UInt64, _ numbers: inout SeededGenerator) -> UInt64 {
        switch numbers.integer(0...5) {
        case 0: value &+ UInt64(numbers.integer(1...9))
        case 1: value &- UInt64(numbers.integer(1...9))
        case 2: value ^ 1 << UInt64(numbers.integer(0...63))
        default: numbers.pick(all)
        }
    }
}
