import Checkpoints
import Documents
import Quantization

/// Quantises pieces of matrices of codes and writes them to their places.
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
        let problems = WeightProblems(plan: plan, tensor: tensor, rows: rows)
        return try withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * tensor.columns) { weights in
            tensor.read(rows, of: file, into: weights)
            let buffer = UnsafeBufferPointer(weights)
            let quantized: QuantizedTensor
            do throws(QuantizationError) {
                quantized = try quantize(buffer, rows: rows.count, tensor)
            } catch {
                throw problems.of(error, buffer)
            }
            return try write(quantized, of: buffer, problems)
        }
    }

    private func quantize(
        _ weights: UnsafeBufferPointer<Float>, rows: Int, _ tensor: ConversionPlan.Tensor
    ) throws(QuantizationError) -> QuantizedTensor {
        guard plan.scheme.preparation == .awq, tensor.isClippedByAWQ else {
            return try quantizer.quantize(weights, rows: rows, columns: tensor.columns)
        }
        let clipped = try plan.scheme.awqClipped(Array(weights), rows: rows, columns: tensor.columns)
        return try quantizer.quantize(clipped, rows: rows, columns: tensor.columns)
    }

    private func write(
        _ quantized: QuantizedTensor, of weights: UnsafeBufferPointer<Float>, _ problems: WeightProblems
    ) throws -> MatrixStatistics {
        var statistics = MatrixStatistics(plan.scheme)
        statistics.weights = weights.count
        countFormats(quantized, into: &statistics)
        let decoder = RowDecoder(quantized)
        let isWritten = plan.format == .dequantized
        try DequantizedRows.compare(weights, problems, into: &statistics, writer: isWritten ? writer : nil) {
            decoder.dequantize(row: $0, plan.arithmetic, into: $1)
        }
        let packed = PackedTensor(quantized)
        statistics.packedBytes = packed.bytes.count
        statistics.storedBits = 8 * packed.bytes.count
        if !isWritten { try write(packed, of: problems.tensor, rows: problems.rows) }
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
}
