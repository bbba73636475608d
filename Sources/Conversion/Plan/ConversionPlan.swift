import Checkpoints
import Documents
import Quantization

/// How a checkpoint is quantised: made once by the coordinator from the headers, and the same on every rank.
public struct ConversionPlan: Sendable, Hashable, Codable {
    /// A file that weights come from.
    public struct Input: Sendable, Hashable, Codable {
        /// Its path.
        public var path: String
        /// Its size, which every rank must find.
        public var byteCount: Int
    }

    /// A tensor of the input.
    public struct Tensor: Sendable, Hashable, Codable {
        /// What it is and where it lies.
        public var source: Checkpoint.Tensor
        /// Whether it is quantised or copied.
        public var isQuantized: Bool

        /// The name in the input.
        public var name: String { source.info.name }
        /// Rows of a quantised matrix: its outputs.
        public var rows: Int { source.info.shape[0] }
        /// Columns of a quantised matrix: its inputs.
        public var columns: Int { source.info.shape[1] }
    }

    /// The input's files.
    public let inputs: [Input]
    /// The input's tensors in the order of their names.
    public let tensors: [Tensor]
    /// The scheme of the quantised ones.
    public let scheme: Scheme
    /// The arithmetic of the quantiser.
    public let arithmetic: QuantizationArithmetic
    /// How the output holds them.
    public let format: QuantizationRecord.Format
    /// The output's path.
    public let output: String
    /// The output's metadata, but for the parts of matrices that are packed as a whole.
    public let metadata: [String: String]

    /// Plans a conversion.
    ///
    /// - Parameter format: `packed` for what the scheme packs its matrices as, in sections or as a whole.
    /// - Throws: ``InputError``: data if there is nothing to quantise, or a chosen matrix is of a type that cannot be,
    ///   or names would collide; usage if the output is one of the inputs, or the scheme's method has no such arithmetic or
    ///   cannot store so many columns.
    public init(
        _ checkpoint: Checkpoint, selection: MatrixSelection, scheme: Scheme, arithmetic: QuantizationArithmetic,
        format: QuantizationRecord.Format, output: String
    ) throws {
        if let identity = FileIdentity(path: output),
            let path = checkpoint.paths.first(where: { FileIdentity(path: $0) == identity })
        {
            throw InputError(
                .usage, key: "--output", problem: "\(output) is the input \(path) itself", expected: "another file")
        }
        inputs = checkpoint.files.map { Input(path: $0.file.path, byteCount: $0.file.count) }
        tensors = checkpoint.tensors.map { Tensor(source: $0, isQuantized: selection.contains($0.info)) }
        self.scheme = scheme
        self.arithmetic = arithmetic
        let format = format == .packed && scheme.hasOwnMatrix ? QuantizationRecord.Format.packedWhole : format
        self.format = format
        self.output = output
        let chosen = tensors.filter(\.isQuantized)
        guard !chosen.isEmpty else {
            throw InputError(
                .data, file: checkpoint.paths.first,
                problem: "none of its \(tensors.count) tensors is a matrix to be quantised",
                expected: "a tensor of two dimensions named *.weight, or a pattern with --only")
        }
        if let tensor = chosen.first(where: { !$0.source.info.type.isReadableAsFloat }) {
            let info = tensor.source.info
            throw InputError(
                .data, file: inputs[tensor.source.file].path, key: tensor.name,
                problem: "dtype \(info.type.rawValue) cannot be quantised "
                    + "(bytes \(info.bytes.lowerBound) to \(info.bytes.upperBound) of the file)",
                expected: "F32, F16 or BF16, or --skip to copy it")
        }
        let record = QuantizationRecord(
            format: format, scheme: scheme, arithmetic: arithmetic,
            matrices: Dictionary(uniqueKeysWithValues: chosen.map { ($0.name, $0.source.info.shape) }))
        metadata = checkpoint.metadata.merging(try record.metadata()) { _, new in new }
        try checkMethod(chosen)
        _ = try layout()
    }

    /// What methods of other papers cannot do.
    private func checkMethod(_ chosen: [Tensor]) throws {
        if arithmetic == .exact, !hasExactArithmetic {
            throw InputError(
                .usage, key: "--arithmetic",
                problem: "scheme \(scheme.name) has no \(arithmetic.rawValue) arithmetic",
                expected: QuantizationArithmetic.reference.rawValue)
        }
        if let limit = scheme.maximumColumns, let wide = chosen.first(where: { $0.columns > limit }) {
            throw InputError(
                .usage, key: "--scheme",
                problem: "scheme \(scheme.name) cannot store the \(wide.columns) columns of \(wide.name)",
                expected: "at most \(limit) columns, or --skip to copy it")
        }
    }

    /// The output file.
    ///
    /// - Parameter parts: of each matrix that is packed as a whole, whose size may depend on the weights; one without parts
    ///   is laid out empty.
    /// - Throws: ``InputError`` (data) if names collide or the header becomes too long.
    public func layout(parts: [String: [StoredPart]] = [:]) throws -> SafetensorsLayout {
        var entries: [SafetensorsLayout.Entry] = []
        for tensor in tensors {
            if tensor.isQuantized, format == .packedWhole {
                let bytes = parts[tensor.name, default: []].reduce(0) { $0 + ($1.bits + 7) / 8 }
                entries.append(.init(name: PackedSection.wholeName(of: tensor.name), type: .uint8, shape: [bytes]))
            } else if tensor.isQuantized, format == .packed {
                entries += sections(of: tensor).map(\.entry)
            } else {
                let type = tensor.isQuantized ? dequantizedType(of: tensor) : tensor.source.info.type
                entries.append(.init(name: tensor.name, type: type, shape: tensor.source.info.shape))
            }
        }
        let metadata = metadata.merging(try QuantizationRecord.metadata(of: parts, format)) { _, new in new }
        return try SafetensorsLayout(entries, metadata: metadata, file: output)
    }

    /// The sections of a quantised matrix.
    func sections(of tensor: Tensor) -> [PackedSection] {
        PackedSection.sections(of: tensor.name, scheme, rows: tensor.rows, columns: tensor.columns)
    }

    /// The type in which dequantised weights are written: F32 stays; F16 and BF16 become F16, which holds what the
    /// published arithmetic computes exactly, where BF16 would round it once more.
    func dequantizedType(of tensor: Tensor) -> ElementType {
        tensor.source.info.type == .float32 ? .float32 : .float16
    }
}
