import Checkpoints
import Documents
import Quantization

/// A checkpoint whose matrices are packed, as `bitmod-dist quantize` writes it.
public struct PackedCheckpoint: Sendable {
    /// The tensors of the file: sections of packed matrices, and what was not quantised under its own name.
    public let checkpoint: Checkpoint
    /// What the metadata says.
    public let record: QuantizationRecord

    /// Reads a checkpoint as a packed one.
    ///
    /// - Returns: nil if it holds no packed matrices.
    /// - Throws: ``InputError`` (data) if its metadata cannot be used.
    public init?(_ checkpoint: Checkpoint) throws {
        let file = checkpoint.paths.first ?? ""
        guard let record = try QuantizationRecord(metadata: checkpoint.metadata, file: file),
            record.format != .dequantized
        else { return nil }
        self.checkpoint = checkpoint
        self.record = record
    }

    /// The packed matrix of a name, read from its sections.
    ///
    /// - Returns: nil if no matrix that is packed in sections has this name.
    /// - Throws: ``InputError`` (data) that names the section if one is missing or has another type or shape, or if the
    ///   bytes name a data type that the scheme does not have.
    public func matrix(_ name: String) throws -> PackedTensor? {
        guard record.format == .packed, let shape = record.matrices[name] else { return nil }
        let (rows, columns) = (shape[0], shape[1])
        var bytes: [UInt8] = []
        for section in PackedSection.sections(of: name, record.scheme, rows: rows, columns: columns) {
            let entry = section.entry
            guard let tensor = checkpoint[entry.name] else { throw error(entry.name, "the section is missing") }
            guard tensor.info.type == entry.type, tensor.info.shape == entry.shape else {
                throw error(
                    entry.name, "found \(tensor.info.type.rawValue) \(tensor.info.shape)",
                    expected: "\(entry.type.rawValue) \(entry.shape)")
            }
            checkpoint.withBytes(of: tensor) { bytes.append(contentsOf: $0) }
        }
        do {
            return try PackedTensor(scheme: record.scheme, rows: rows, columns: columns, bytes: bytes)
        } catch let problem {
            throw error(name, "\(problem)")
        }
    }

    /// The matrix of a name that the scheme's method quantised as a whole.
    ///
    /// - Returns: nil if no matrix that is packed as a whole has this name.
    /// - Throws: ``InputError`` (data) if its tensor is missing or of another type, or if the scheme, the bytes and the parts
    ///   that the metadata names contradict each other.
    public func wholeMatrix(_ name: String) throws -> (any PlaneMatrix)? {
        guard record.format == .packedWhole, let shape = record.matrices[name] else { return nil }
        let (rows, columns) = (shape[0], shape[1])
        let key = PackedSection.wholeName(of: name)
        guard record.scheme.hasOwnMatrix else {
            throw error(key, "scheme \(record.scheme.name) packs no matrix as a whole")
        }
        guard columns <= record.scheme.maximumColumns ?? columns else {
            throw error(key, "scheme \(record.scheme.name) has no \(columns) columns")
        }
        guard let tensor = checkpoint[key] else { throw error(key, "the tensor is missing") }
        let info = tensor.info
        // No method takes less than a bit per weight; sizes that lie are refused before they are multiplied.
        guard info.type == .uint8, info.shape.count == 1, (rows * columns + 7) / 8 <= info.bytes.count else {
            throw error(
                key, "found \(info.type.rawValue) \(info.shape)",
                expected: "U8 in one dimension for \(rows) x \(columns) weights")
        }
        let matrix: any PlaneMatrix
        do throws(PackingError) {
            matrix = try record.scheme.planeMatrix(
                packed: checkpoint.withBytes(of: tensor) { Array($0) }, rows: rows, columns: columns)
        } catch {
            throw self.error(key, "\(error)")
        }
        guard record.parts[name] == matrix.storedParts else {
            throw error(key, "the parts in the metadata are not those of the bytes")
        }
        return matrix
    }

    private func error(_ key: String, _ problem: String, expected: String? = nil) -> InputError {
        InputError(.data, file: checkpoint.paths.first, key: key, problem: problem, expected: expected)
    }
}
