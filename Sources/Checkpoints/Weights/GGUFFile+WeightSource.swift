import Documents

extension GGUFFile: WeightSource {
    /// The file's path.
    public var path: String { file.path }

    /// The extents of a tensor, the slowest first.
    public func shape(of name: String) -> [Int]? { self[name]?.shape }

    /// Reads a part of a tensor; columns are decoded in the blocks that hold them.
    public func read(
        _ name: String, rows: Range<Int>, columns: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>
    ) throws {
        guard let tensor = self[name] else { preconditionFailure("\(name) is no tensor of \(path)") }
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= tensor.rows && columns.lowerBound >= 0
                && columns.upperBound <= tensor.columns && floats.count == rows.count * columns.count,
            "a part of the tensor, and room for it")
        guard tensor.type.isReadableAsFloat else {
            throw InputError(
                .data, file: path, key: name, problem: "the tensor's type is \(tensor.type.name)",
                expected: "one of \(GGUFTensorType.readable)")
        }
        guard !columns.isEmpty else { return }
        let size = tensor.type.blockSize
        let blocks = columns.lowerBound / size..<(columns.upperBound + size - 1) / size
        let isWhole = blocks.count * size == columns.count
        withUnsafeTemporaryAllocation(of: Float.self, capacity: isWhole ? 1 : blocks.count * size) { buffer in
            for (index, row) in rows.enumerated() {
                let start = tensor.bytes.lowerBound + row * tensor.rowBytes
                let range =
                    start + blocks.lowerBound * tensor.type.blockBytes..<start + blocks.upperBound
                    * tensor.type.blockBytes
                let target = UnsafeMutableBufferPointer(
                    rebasing: floats[index * columns.count..<(index + 1) * columns.count])
                file.withBytes(in: range) { bytes in
                    if isWhole {
                        GGUFBlockDecoder.decode(tensor.type, bytes, into: target)
                    } else {
                        GGUFBlockDecoder.decode(tensor.type, bytes, into: buffer)
                        let first = columns.lowerBound - blocks.lowerBound * size
                        for column in 0..<columns.count { target[column] = buffer[first + column] }
                    }
                }
            }
        }
        let start = tensor.bytes.lowerBound
        file.release(start + rows.lowerBound * tensor.rowBytes..<start + rows.upperBound * tensor.rowBytes)
    }
}
