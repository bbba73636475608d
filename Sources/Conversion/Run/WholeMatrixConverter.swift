import Checkpoints
import Documents
import Quantization

/// A matrix that the scheme's method quantised as a whole, before its place in the file is known.
struct WholeMatrix {
    /// What is stored.
    let parts: [StoredPart]
    /// The parts one after the other.
    let bytes: [UInt8]
    /// What quantisation did to it.
    let statistics: MatrixStatistics
}

/// Quantises matrices as a whole, by methods that have types of their own for them; without statistics of activations.
struct WholeMatrixConverter {
    let plan: ConversionPlan

    /// Quantises a matrix to what is stored of it.
    ///
    /// - Throws: ``InputError`` (data) that names file, tensor and index for a weight that cannot be quantised.
    func pack(_ tensor: ConversionPlan.Tensor, of file: MappedFile) throws -> WholeMatrix {
        let (matrix, statistics) = try convert(tensor, of: file, writer: nil)
        return WholeMatrix(parts: matrix.storedParts, bytes: matrix.packed(), statistics: statistics)
    }

    /// Quantises a matrix and writes the weights that are stored.
    ///
    /// - Throws: ``InputError``: data as `pack(_:of:)`; output if the result cannot be written.
    func dequantize(
        _ tensor: ConversionPlan.Tensor, of file: MappedFile, to writer: SafetensorsWriter
    ) throws -> MatrixStatistics {
        try convert(tensor, of: file, writer: writer).statistics
    }

    private func convert(
        _ tensor: ConversionPlan.Tensor, of file: MappedFile, writer: SafetensorsWriter?
    ) throws -> (matrix: any PlaneMatrix, statistics: MatrixStatistics) {
        let (rows, columns) = (tensor.rows, tensor.columns)
        let problems = WeightProblems(plan: plan, tensor: tensor, rows: 0..<rows)
        let weights = [Float](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            tensor.read(0..<rows, of: file, into: UnsafeMutableBufferPointer(rebasing: buffer[..<(rows * columns)]))
            count = rows * columns
        }
        let matrix: any PlaneMatrix
        do throws(QuantizationError) {
            guard case .planes(let planes) = try plan.scheme.quantized(weights, rows: rows, columns: columns) else {
                preconditionFailure("scheme \(plan.scheme.name) has matrices of its own")
            }
            matrix = planes
        } catch {
            throw weights.withUnsafeBufferPointer { problems.of(error, $0) }
        }
        var statistics = MatrixStatistics(plan.scheme)
        statistics.weights = weights.count
        statistics.packedBytes = matrix.packedByteCount
        statistics.storedBits = matrix.storedBits
        countFormats(matrix, into: &statistics)
        let dequantized = matrix.dequantized()
        try weights.withUnsafeBufferPointer { original in
            try DequantizedRows.compare(original, problems, into: &statistics, writer: writer) { row, values in
                _ = values.update(fromContentsOf: dequantized[row * columns..<(row + 1) * columns])
            }
        }
        return (matrix, statistics)
    }

    private func countFormats(_ matrix: any PlaneMatrix, into statistics: inout MatrixStatistics) {
        if let matrix = matrix as? OmniQuantMatrix {
            for selector in matrix.selectors { statistics.groupsPerFormat[Int(selector)] += 1 }
        } else {
            statistics.groupsPerFormat[0] += matrix.rows * plan.scheme.storage.groups(columns: matrix.columns)
        }
    }
}
