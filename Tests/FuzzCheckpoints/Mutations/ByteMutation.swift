import _RandomTestSupport

/// Damage to a file whatever its format.
enum ByteMutation {
    /// Damages a file in one way.
    ///
    /// - Parameter other: a file to splice from.
    static func apply(to bytes: inout [UInt8], other: [UInt8], _ numbers: inout SeededGenerator) {
        guard !bytes.isEmpty else { return bytes = Array(other.prefix(numbers.integer(0...64))) }
        // Headers are where decisions are made: half of the damage goes to the first kilobytes.
        let reach = numbers.flag() ? min(bytes.count, 4096) : bytes.count
        let place = numbers.integer(0...reach - 1)
        let length = numbers.integer(1...max(1, min(bytes.count - place, 1 << numbers.integer(0...12))))
        let range = place..<min(place + length, bytes.count)
        switch numbers.integer(0...10) {
        case 0: bytes[place] ^= 1 << UInt8(numbers.integer(0...7))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: numbers.next())
        case 2: bytes.removeLast(bytes.count - place)
        case 3: bytes.removeSubrange(range)
        case 4: bytes.insert(contentsOf: Array(bytes[range]), at: place)
        case 5: bytes.insert(contentsOf: (0..<length).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }, at: place)
        case 6: for index in range { bytes[index] = numbers.pick([0, 0xFF, 0x20, 0x7F, 0x80, 0xC0]) }
        case 7: number(&bytes, place, &numbers)
        case 8:
            // Two parts change places.
            let second = numbers.integer(0...bytes.count - 1)
            for offset in 0..<min(length, bytes.count - max(place, second)) {
                bytes.swapAt(place + offset, second + offset)
            }
        case 9 where !other.isEmpty:
            let start = numbers.integer(0...other.count - 1)
            bytes.replaceSubrange(place..., with: other[start...])
        default: bytes += other.prefix(length)
        }
    }

    /// A hostile number of 2, 4 or 8 bytes.
    private static func number(_ bytes: inout [UInt8], _ place: Int, _ numbers: inout SeededGenerator) {
        let value = HostileNumbers.number(near: UInt64(bytes.count), &numbers)
        for index in 0..<numbers.pick([2, 4, 8]) where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }
}
