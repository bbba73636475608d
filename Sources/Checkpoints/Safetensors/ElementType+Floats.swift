extension ElementType {
    /// Whether ``readFloats(_:into:)`` reads this type: F32, F16 and BF16.
    public var isReadableAsFloat: Bool { self == .float32 || self == .float16 || self == .bfloat16 }

    /// Reads elements as binary32, which holds all three types exactly.
    ///
    /// - Parameters:
    ///   - bytes: the elements, little endian, at any alignment.
    ///   - floats: room for as many.
    /// - Precondition: ``isReadableAsFloat``, and the sizes agree.
    public func readFloats(_ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>) {
        precondition(isReadableAsFloat && bytes.count == floats.count * bits / 8, "a float for every element")
        guard let source = bytes.baseAddress, let target = floats.baseAddress else { return }
        switch self {
        case .float32:
            for index in 0..<floats.count {
                let word = source.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                target[index] = Float(bitPattern: UInt32(littleEndian: word))
            }
        case .bfloat16:
            for index in 0..<floats.count {
                let half = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                target[index] = Float(bitPattern: UInt32(UInt16(littleEndian: half)) << 16)
            }
        default:
            for index in 0..<floats.count {
                let half = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                target[index] = Self.float(half: UInt16(littleEndian: half))
            }
        }
    }

    /// A binary16 number as binary32, without branches: conversions are a function call each on processors without
    /// F16C.
    @inline(__always)
    static func float(half: UInt16) -> Float {
        let bits = UInt32(half)
        // The exponents differ in their bias by 112; the product also makes normal numbers of subnormal ones.
        let magnitude = Float(bitPattern: (bits & 0x7fff) << 13) * 0x1p112
        let special: UInt32 = bits & 0x7c00 == 0x7c00 ? 0x7f80_0000 : 0
        return Float(bitPattern: magnitude.bitPattern | special | (bits & 0x8000) << 16)
    }
}
