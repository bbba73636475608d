/// Codes of `width` bits after each other, the first in the lowest bits of the first byte.
enum BitStream {
    /// Appends the codes to `bytes`; the last byte is filled with zeros.
    static func append(_ codes: ArraySlice<UInt8>, width: Int, to bytes: inout [UInt8]) {
        var pending: UInt64 = 0
        var pendingBits = 0
        for code in codes {
            pending |= UInt64(code) << UInt64(pendingBits)
            pendingBits += width
            while pendingBits >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                pendingBits -= 8
            }
        }
        if pendingBits > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    }

    /// Reads `count` codes from the start of `bytes` into `codes` from `index` on.
    static func read(_ bytes: ArraySlice<UInt8>, width: Int, count: Int, into codes: inout [UInt8], at index: Int) {
        var pending: UInt64 = 0
        var pendingBits = 0
        var position = bytes.startIndex
        let mask = UInt64(1) << UInt64(width) - 1
        for offset in 0..<count {
            while pendingBits < width {
                pending |= UInt64(bytes[position]) << UInt64(pendingBits)
                position += 1
                pendingBits += 8
            }
            codes[index + offset] = UInt8(truncatingIfNeeded: pending & mask)
            pending >>= UInt64(width)
            pendingBits -= width
        }
    }
}
