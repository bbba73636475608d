extension PackedTensor {
    /// The matrix with codes and metadata unpacked.
    public func unpacked() -> QuantizedTensor {
        var tensor = QuantizedTensor(zeros: scheme, rows: rows, columns: columns)
        let layout = layout
        for row in 0..<rows where !tensor.codes.isEmpty {
            let start = layout.codeOffset + row * layout.codeRowBytes
            BitStream.read(
                bytes[start..<start + layout.codeRowBytes], width: scheme.codeBits, count: columns,
                into: &tensor.codes, at: row * columns)
        }
        for index in tensor.halfBits.indices { tensor.halfBits[index] = half(at: layout.codeOffset + 2 * index) }
        for index in tensor.scaleCodes.indices { tensor.scaleCodes[index] = bytes[layout.scaleOffset + index] }
        for index in tensor.groupScales.indices {
            tensor.groupScales[index] = scale(at: layout.scaleOffset, index, isSingle: scheme.scaleEncoding == .float32)
        }
        for index in tensor.zeroPoints.indices {
            let byte = bytes[layout.zeroPointOffset + index]
            tensor.zeroPoints[index] = scheme.scaleEncoding == .int8 ? Int16(Int8(bitPattern: byte)) : Int16(byte)
        }
        readSelectors(into: &tensor.selectors)
        for index in tensor.rowScales.indices {
            tensor.rowScales[index] = scale(
                at: layout.rowScaleOffset, index, isSingle: scheme.scaleEncoding == .rowFloat32)
        }
        if layout.tensorBytes > 0 { tensor.tensorType = bytes[layout.tensorOffset] }
        return tensor
    }

    /// Checks what the bits alone do not guarantee: selectors and types that exist.
    func validate() throws(PackingError) {
        let alternatives = scheme.formats.count
        if scheme.selectorBits > 0 {
            var selectors = [UInt8](repeating: 0, count: rows * scheme.storage.groups(columns: columns))
            readSelectors(into: &selectors)
            if let index = selectors.firstIndex(where: { $0 >= alternatives }) {
                throw .unknownFormat(Int(selectors[index]), group: index)
            }
        }
        if layout.tensorBytes > 0, bytes[layout.tensorOffset] >= alternatives {
            throw .unknownFormat(Int(bytes[layout.tensorOffset]), group: nil)
        }
    }

    /// Reads all selectors; nothing for schemes without.
    private func readSelectors(into selectors: inout [UInt8]) {
        guard !selectors.isEmpty else { return }
        let groups = selectors.count / rows
        for row in 0..<rows {
            let start = layout.selectorOffset + row * layout.selectorRowBytes
            BitStream.read(
                bytes[start..<start + layout.selectorRowBytes], width: scheme.selectorBits, count: groups,
                into: &selectors, at: row * groups)
        }
    }

    private func half(at offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }

    private func scale(at start: Int, _ index: Int, isSingle: Bool) -> Float {
        guard isSingle else { return Float(Float16(bitPattern: half(at: start + 2 * index))) }
        let low = UInt32(half(at: start + 4 * index))
        return Float(bitPattern: low | UInt32(half(at: start + 4 * index + 2)) << 16)
    }
}
