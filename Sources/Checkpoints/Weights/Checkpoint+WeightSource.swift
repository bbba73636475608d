import Documents

extension Checkpoint: WeightSource {
    /// The first file read: the index, or the only one.
    public var path: String { paths.first ?? "" }

    /// The extents of a tensor, the slowest first.
    public func shape(of name: String) -> [Int]? { self[name]?.info.shape }

    /// Reads a part of a tensor of F32, F16 or BF16.
    public func read(
        _ name: String, rows: Range<Int>, columns: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>
    ) throws {
        guard let tensor = self[name] else { preconditionFailure("\(name) is no tensor of \(path)") }
        let info = tensor.info
        let width = info.shape.last ?? 1
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= info.shape.dropLast().reduce(1, *)
                && columns.lowerBound >= 0 && columns.upperBound <= width
                && floats.count == rows.count * columns.count,
            "a part of the tensor, and room for it")
        let file = files[tensor.file].file
        guard info.type.isReadableAsFloat else {
            throw InputError(
                .data, file: file.path, key: name, problem: "the tensor's type is \(info.type.rawValue)",
                expected: "F32, F16 or BF16")
        }
        let size = info.type.bits / 8
        for (index, row) in rows.enumerated() {
            let start = info.bytes.lowerBound + (row * width + columns.lowerBound) * size
            let target = UnsafeMutableBufferPointer(
                rebasing: floats[index * columns.count..<(index + 1) * columns.count])
            file.withBytes(in: start..<start + columns.count * size) { info.type.readFloats($0, into: target) }
        }
        let start = info.bytes.lowerBound
        file.release(start + rows.lowerBound * width * size..<start + rows.upperBound * width * size)
    }
}
