/// Blocks of two and three bits, and of four bits that choose from a fixed list.
extension GGUFBlockDecoder {
    /// Two bits, and a scale and minimum of four bits for sixteen weights each.
    static func q2K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let (scale, minimum) = (half(source, 80), half(source, 82))
        for group in 0..<16 {
            let factors = byte(source, group)
            let (groupScale, groupMinimum) = (scale * Float(factors & 15), minimum * Float(factors >> 4))
            let (first, shift) = twoBits(of: group)
            for index in 0..<16 {
                let code = byte(source, 16 + first + index) >> shift & 3
                target[16 * group + index] = groupScale * Float(code) - groupMinimum
            }
        }
    }

    /// Two bits and a third one elsewhere, which says that nothing is subtracted, and a scale of six bits for sixteen
    /// weights each.
    static func q3K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 108)
        for group in 0..<16 {
            let low = group < 8 ? byte(source, 96 + group) & 15 : byte(source, 88 + group) >> 4
            let high = byte(source, 104 + group % 4) >> Int32(2 * (group / 4)) & 3
            let groupScale = scale * Float((low | high << 4) - 32)
            let (first, shift) = twoBits(of: group)
            for index in 0..<16 {
                let third = byte(source, 16 * (group % 2) + index) >> Int32(group / 2) & 1
                let code = byte(source, 32 + first + index) >> shift & 3 | third << 2
                target[16 * group + index] = groupScale * Float(code - 4)
            }
        }
    }

    /// Where the two-bit codes of sixteen weights lie: 32 bytes hold four times 32 weights.
    @inline(__always)
    private static func twoBits(of group: Int) -> (first: Int, shift: Int32) {
        (32 * (group / 8) + 16 * (group % 2), Int32(2 * (group % 8 / 2)))
    }

    /// Four bits that choose from ``levels``, and a scale for 32 weights.
    static func iq4NL(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        chosen(source + 2, scale: half(source, 0), target)
    }

    /// The same with a scale of six bits for each 32 weights of 256.
    static func iq4XS(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 0)
        let highs = byte(source, 2) | byte(source, 3) << 8
        for block in 0..<8 {
            let low = byte(source, 4 + block / 2) >> Int32(4 * (block % 2)) & 15
            let high = highs >> Int32(2 * block) & 3
            chosen(
                source + 8 + 16 * block, scale: scale * Float((low | high << 4) - 32), target + 32 * block)
        }
    }

    @inline(__always)
    private static func chosen(
        _ codes: UnsafeRawPointer, scale: Float, _ target: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<16 {
            let pair = byte(codes, index)
            target[index] = scale * level(pair & 15)
            target[index + 16] = scale * level(pair >> 4)
        }
    }

    @inline(__always)
    private static func level(_ code: Int32) -> Float { Float(levels[Int(code)]) }

    /// Source: `kvalues_iq4nl` of ggml-common.h.
    private static let levels: [Int8] = [
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
    ]
}
