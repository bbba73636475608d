import Checkpoints
import Documents
import Quantization

/// Quantises pieces of matrices and writes them to their places.
struct MatrixConverter {
    let plan: ConversionPlan
    let layout: SafetensorsLayout
    let writer: SafetensorsWriter
    private let quantizer: Quantizer

    init(plan: ConversionPlan, writer: SafetensorsWriter) {
        self.plan = plan
        self.writer = writer
        layout = writer.layout
        quantizer = Quantizer(plan.scheme, arithmetic: plan.arithmetic)
    }

    /// Quantises some rows of a matrix.
    ///
    /// - Parameters:
    ///   - tensor: the matrix.
    ///   - rows: which rows.
    ///   - file: the file it lies in.
    /// - Throws: ``InputError``: data that names file, tensor and index for a weight that cannot be quantised; output if
    ///   the result cannot be written.
    func convert(_ tensor: ConversionPlan.Tensor, rows: Range<Int>, of file: MappedFile) throws -> MatrixStatistics {
        let info = tensor.source.info
        let columns = tensor.columns
        let rowBytes = columns * info.type.bits / 8
        let start = info.bytes.lowerBound
        return try withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * columns) { weights in
            // In pieces, so that a large matrix is not in memory twice, as mapped pages and as numbers.
            let step = max(1, WorkItem.usualWeights / max(columns, 1))
            for first in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
                let part = first..<min(first + step, rows.upperBound)
                let range = start + part.lowerBound * rowBytes..<start + part.upperBound * rowBytes
                let target =
                    (part.lowerBound - rows.lowerBound) * columns..<(part.upperBound - rows.lowerBound) * columns
                let floats = UnsafeMutableBufferPointer(rebasing: weights[target])
                file.withBytes(in: range) { info.type.readFloats($0, into: floats) }
                file.release(range)
            }
            let buffer = UnsafeBufferPointer(weights)
            let quantized: QuantizedTensor
            do throws(QuantizationError) {
                quantized = try quantizer.quantize(buffer, rows: rows.count, columns: columns)
            } catch {
                throw problem(error, buffer, tensor, rows: rows)
            }
            return try write(quantized, of: buffer, tensor, rows: rows)
        }
    }

    private func write(
        _ quantized: QuantizedTensor, of weights: UnsafeBufferPointer<Float>, _ tensor: ConversionPlan.Tensor,
        rows: Range<Int>
    ) throws -> MatrixStatistics {
        var statistics = MatrixStatistics(plan.scheme)
        statistics.weights = weights.count
        countFormats(quantized, into: &statistics)
        let columns = tensor.columns
        let decoder = RowDecoder(quantized)
        let type = plan.dequantizedType(of: tensor)
        let isWritten = plan.format == .dequantized
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { row in
            var output = DequantizedRows(type: type, capacity: isWritten ? weights.count : 0)
            for index in 0..<rows.count {
                decoder.dequantize(row: index, plan.arithmetic, into: row)
                let original = UnsafeBufferPointer(rebasing: weights[index * columns..<(index + 1) * columns])
                let sums = Self.sums(row, original)
                guard sums.error.isFinite else {
                    let column = row.firstIndex { !$0.isFinite } ?? 0
                    throw weightProblem(
                        "the dequantised weight is no finite number", tensor, row: rows.lowerBound + index, column)
                }
                statistics.squaredError += sums.error
                statistics.squaredWeights += sums.weights
                if isWritten, let column = output.append(UnsafeBufferPointer(row)) {
                    throw weightProblem(
                        "the dequantised weight \(row[column]) exceeds the largest F16 value", tensor,
                        row: rows.lowerBound + index, column)
                }
            }
            if isWritten, let target = layout[tensor.name] {
                try output.withBytes {
                    try writer.write($0, to: target, at: rows.lowerBound * columns * type.bits / 8)
                }
            }
        }
        let packed = PackedTensor(quantized)
        statistics.packedBytes = packed.bytes.count
        if !isWritten { try write(packed, of: tensor, rows: rows) }
        return statistics
    }

    /// Writes the rows of each section to their place.
    private func write(_ packed: PackedTensor, of tensor: ConversionPlan.Tensor, rows: Range<Int>) throws {
        let pieces = PackedSection.sections(of: tensor.name, plan.scheme, rows: rows.count, columns: tensor.columns)
        try packed.bytes.withUnsafeBytes { bytes in
            for piece in pieces {
                guard let target = layout[piece.entry.name] else { continue }
                try writer.write(
                    UnsafeRawBufferPointer(rebasing: bytes[piece.bytes]), to: target,
                    at: rows.lowerBound * piece.rowBytes)
            }
        }
    }

    private func countFormats(_ quantized: QuantizedTensor, into statistics: inout MatrixStatistics) {
        if quantized.selectors.isEmpty {
            statistics.groupsPerFormat[Int(quantized.tensorType)] += quantized.rows * quantized.groupsPerRow
        } else {
            for selector in quantized.selectors { statistics.groupsPerFormat[Int(selector)] += 1 }
        }
    }

    /// Sums over a row, in the order of columns.
    private static func sums(
        _ row: UnsafeMutableBufferPointer<Float>, _ original: UnsafeBufferPointer<Float>
    ) -> (error: Double, weights: Double) {
        var error = 0.0
        var weights = 0.0
        for column in 0..<original.count {
            let weight = Double(original[column])
            let difference = Double(row[column]) - weight
            error += difference * difference
            weights += weight * weight
        }
        return (error, weights)
    }

    // MARK: Problems

    private func problem(
        _ error: QuantizationError, _ weights: UnsafeBufferPointer<Float>, _ tensor: ConversionPlan.Tensor,
        rows: Range<Int>
    ) -> InputError {
        switch error {
        case .nonFiniteWeight(let index):
            let kind = weights[index].isNaN ? "NaN" : "infinite"
            return weightProblem("the weight is \(kind)", tensor, index, rows)
        case .beyondBinary16(let index):
            return weightProblem(
                "the weight \(weights[index]) exceeds 65504, the largest value of the published binary16 arithmetic",
                tensor, index, rows, expected: "smaller weights, or --arithmetic exact")
        case .scaleOverflow(let row, let encoding):
            return InputError(
                .data, file: plan.inputs[tensor.source.file].path, key: tensor.name,
                problem: "a scale of row \(rows.lowerBound + row) exceeds the largest \(encoding.rawValue) value")
        case .emptyMatrix:
            return InputError(
                .data, file: plan.inputs[tensor.source.file].path, key: tensor.name, problem: "\(error)")
        }
    }

    private func weightProblem(
        _ problem: String, _ tensor: ConversionPlan.Tensor, _ index: Int, _ rows: Range<Int>, expected: String? = nil
    ) -> InputError {
        weightProblem(
            problem, tensor, row: rows.lowerBound + index / tensor.columns, index % tensor.columns, expected: expected)
    }

    private func weightProblem(
        _ problem: String, _ tensor: ConversionPlan.Tensor, row: Int, _ column: Int, expected: String? = nil
    ) -> InputError {
        let info = tensor.source.info
        let index = row * tensor.columns + column
        let offset = info.bytes.lowerBound + index * info.type.bits / 8
        return InputError(
            .data, file: plan.inputs[tensor.source.file].path, key: "\(info.name)[\(row), \(column)]",
            problem: "\(problem) (index \(index), byte \(offset) of the file)", expected: expected)
    }
}
