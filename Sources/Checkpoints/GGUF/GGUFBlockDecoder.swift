/// Reads blocks of a GGUF tensor as binary32, in ggml's order of operations, so that the numbers are the same bits.
///
/// Source: `dequantize_row_*` of ggml-quants.c. Nibbles: byte j of a block of 32 carries element j in its low half and
/// element j + 16 in its high one.
enum GGUFBlockDecoder {
    /// Decodes whole blocks.
    ///
    /// - Parameters:
    ///   - bytes: blocks, at any alignment.
    ///   - floats: room for their weights.
    /// - Precondition: the type is readable and the sizes agree.
    static func decode(
        _ type: GGUFTensorType, _ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(
            floats.count % type.blockSize == 0 && bytes.count == floats.count / type.blockSize * type.blockBytes,
            "whole blocks, and a float for every weight")
        guard let source = bytes.baseAddress, let target = floats.baseAddress else { return }
        let blocks = floats.count / type.blockSize
        switch type {
        case .float32: ElementType.float32.readFloats(bytes, into: floats)
        case .float16: ElementType.float16.readFloats(bytes, into: floats)
        case .bfloat16: ElementType.bfloat16.readFloats(bytes, into: floats)
        case .q4x0: each(blocks, type, source, target, q4x0)
        case .q4x1: each(blocks, type, source, target, q4x1)
        case .q5x0: each(blocks, type, source, target, q5x0)
        case .q5x1: each(blocks, type, source, target, q5x1)
        case .q8x0: each(blocks, type, source, target, q8x0)
        case .q2K: each(blocks, type, source, target, q2K)
        case .q3K: each(blocks, type, source, target, q3K)
        case .iq4NL: each(blocks, type, source, target, iq4NL)
        case .iq4XS: each(blocks, type, source, target, iq4XS)
        case .q4K: each(blocks, type, source, target, q4K)
        case .q5K: each(blocks, type, source, target, q5K)
        case .q6K: each(blocks, type, source, target, q6K)
        default: preconditionFailure("\(type.name) is not read as numbers")
        }
    }

    @inline(__always)
    private static func each(
        _ blocks: Int, _ type: GGUFTensorType, _ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>,
        _ body: (UnsafeRawPointer, UnsafeMutablePointer<Float>) -> Void
    ) {
        for block in 0..<blocks { body(source + block * type.blockBytes, target + block * type.blockSize) }
    }

    @inline(__always)
    static func half(_ source: UnsafeRawPointer, _ offset: Int) -> Float {
        ElementType.float(half: UInt16(littleEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    }

    @inline(__always)
    static func byte(_ source: UnsafeRawPointer, _ offset: Int) -> Int32 {
        Int32(source.load(fromByteOffset: offset, as: UInt8.self))
    }

    // MARK: Blocks of 32

    private static func q4x0(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 0)
        for index in 0..<16 {
            let pair = byte(source, 2 + index)
            target[index] = Float((pair & 15) - 8) * scale
            target[index + 16] = Float((pair >> 4) - 8) * scale
        }
    }

    private static func q4x1(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let (scale, minimum) = (half(source, 0), half(source, 2))
        for index in 0..<16 {
            let pair = byte(source, 4 + index)
            target[index] = Float(pair & 15) * scale + minimum
            target[index + 16] = Float(pair >> 4) * scale + minimum
        }
    }

    /// The fifth bits of 32 weights.
    @inline(__always)
    private static func highBits(_ source: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private static func q5x0(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 0)
        let high = highBits(source, 2)
        for index in 0..<16 {
            let pair = byte(source, 6 + index)
            let low = pair & 15 | Int32(high >> UInt32(index) & 1) << 4
            let upper = pair >> 4 | Int32(high >> UInt32(index + 16) & 1) << 4
            target[index] = Float(low - 16) * scale
            target[index + 16] = Float(upper - 16) * scale
        }
    }

    private static func q5x1(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let (scale, minimum) = (half(source, 0), half(source, 2))
        let high = highBits(source, 4)
        for index in 0..<16 {
            let pair = byte(source, 8 + index)
            let low = pair & 15 | Int32(high >> UInt32(index) & 1) << 4
            let upper = pair >> 4 | Int32(high >> UInt32(index + 16) & 1) << 4
            target[index] = Float(low) * scale + minimum
            target[index + 16] = Float(upper) * scale + minimum
        }
    }

    private static func q8x0(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 0)
        for index in 0..<32 {
            target[index] = Float(source.load(fromByteOffset: 2 + index, as: Int8.self)) * scale
        }
    }

    // MARK: Super-blocks of 256

    /// The 6-bit scale and minimum of one of the eight blocks, packed in twelve bytes.
    @inline(__always)
    private static func scaleAndMinimum(_ scales: UnsafeRawPointer, _ block: Int) -> (Float, Float) {
        if block < 4 { return (Float(byte(scales, block) & 63), Float(byte(scales, block + 4) & 63)) }
        let scale = byte(scales, block + 4) & 15 | (byte(scales, block - 4) >> 6) << 4
        let minimum = byte(scales, block + 4) >> 4 | (byte(scales, block) >> 6) << 4
        return (Float(scale), Float(minimum))
    }

    /// The eight blocks of a super-block with scales and minima, two by two: their codes share bytes.
    ///
    /// - Parameter codes: the codes of a pair of blocks at an index.
    @inline(__always)
    private static func pairs(
        _ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ codes: (Int, Int) -> (Int32, Int32)
    ) {
        let (scale, minimum) = (half(source, 0), half(source, 2))
        for pair in 0..<4 {
            let first = scaleAndMinimum(source + 4, 2 * pair)
            let second = scaleAndMinimum(source + 4, 2 * pair + 1)
            let (scale1, minimum1) = (scale * first.0, minimum * first.1)
            let (scale2, minimum2) = (scale * second.0, minimum * second.1)
            for index in 0..<32 {
                let (low, high) = codes(pair, index)
                target[64 * pair + index] = scale1 * Float(low) - minimum1
                target[64 * pair + 32 + index] = scale2 * Float(high) - minimum2
            }
        }
    }

    private static func q4K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        pairs(source, target) { pair, index in
            let codes = byte(source, 16 + 32 * pair + index)
            return (codes & 15, codes >> 4)
        }
    }

    private static func q5K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        pairs(source, target) { pair, index in
            let fifth = byte(source, 16 + index) >> Int32(2 * pair)
            let codes = byte(source, 48 + 32 * pair + index)
            return (codes & 15 | (fifth & 1) << 4, codes >> 4 | (fifth >> 1 & 1) << 4)
        }
    }

    private static func q6K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 208)
        for part in 0..<2 {
            let low = source + 64 * part
            let high = source + 128 + 32 * part
            let scales = source + 192 + 8 * part
            let values = target + 128 * part
            for quarter in 0..<4 {
                for index in 0..<32 {
                    let codes = byte(low, index + 32 * (quarter & 1)) >> Int32(4 * (quarter >> 1)) & 15
                    let code = codes | (byte(high, index) >> Int32(2 * quarter) & 3) << 4
                    let factor = scales.load(fromByteOffset: index / 16 + 2 * quarter, as: Int8.self)
                    values[32 * quarter + index] = scale * Float(factor) * Float(code - 32)
                }
            }
        }
    }
}
