import Checkpoints

extension ConversionPlan.Tensor {
    /// Reads some rows of a matrix as binary32 [rows x columns].
    func read(_ rows: Range<Int>, of file: MappedFile, into weights: UnsafeMutableBufferPointer<Float>) {
        let info = source.info
        let rowBytes = columns * info.type.bits / 8
        let start = info.bytes.lowerBound
        // In pieces, so that a large matrix is not in memory twice, as mapped pages and as numbers.
        let step = max(1, WorkItem.usualWeights / max(columns, 1))
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let part = first..<min(first + step, rows.upperBound)
            let range = start + part.lowerBound * rowBytes..<start + part.upperBound * rowBytes
            let target = (part.lowerBound - rows.lowerBound) * columns..<(part.upperBound - rows.lowerBound) * columns
            let floats = UnsafeMutableBufferPointer(rebasing: weights[target])
            file.withBytes(in: range) { info.type.readFloats($0, into: floats) }
            file.release(range)
        }
    }

    /// Whether AWQ clips the matrix: not those of queries and keys, which the published code knows by their names, also
    /// where they are stored in one with values.
    var isClippedByAWQ: Bool {
        let parts = name.split(separator: ".")
        let layer = parts.last == "weight" ? parts.dropLast().last : parts.last
        return !["q_", "k_", "query", "key", "Wqkv"].contains { layer?.contains($0) ?? false }
    }
}

extension ConversionPlan {
    /// Whether the scheme can be quantised in binary64 too; methods of other papers follow their code.
    var hasExactArithmetic: Bool { !scheme.hasOwnMatrix && scheme.preparation != .awq }
}
