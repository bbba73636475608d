import Conversion
import Quantization
import _RandomTestSupport

/// Files as `bitmod-dist quantize` writes them: packed matrices with a record of their scheme.
enum PackedInput {
    /// The file that such an input opens.
    static let file = "packed.safetensors"

    /// A matrix packed by each of some schemes.
    ///
    /// - Throws: if a scheme cannot quantise random weights, which is a mistake of this program.
    static func all() throws -> [FuzzInput] {
        try ["bitmod-4b", "bitmod-3b", "int4-asym", "olive-4b", "ant-4b", "mx-fp4", "fp16"].map(input)
    }

    private static func input(_ name: String) throws -> FuzzInput {
        var numbers = SeededGenerator(seed: 43)
        let (rows, columns) = (6, 150)
        let scheme = try Scheme.named(name)
        let packed = PackedTensor(
            try Quantizer(scheme).quantize(numbers.weights(rows * columns), rows: rows, columns: columns))
        let record = QuantizationRecord(
            format: .packed, scheme: scheme, arithmetic: .reference, matrices: ["w.weight": [rows, columns]])
        let texts = try record.metadata().sorted { $0.key < $1.key }
        var members: [(key: String, value: JSONDraft)] = [
            ("__metadata__", .object(texts.map { ($0.key, .text($0.value)) }))
        ]
        for section in PackedSection.sections(of: "w.weight", scheme, rows: rows, columns: columns) {
            let entry = section.entry
            members.append(
                (
                    entry.name,
                    [
                        "dtype": .text(entry.type.rawValue), "shape": .list(entry.shape.map { JSONDraft($0) }),
                        "data_offsets": [JSONDraft(section.bytes.lowerBound), JSONDraft(section.bytes.upperBound)],
                    ]
                ))
        }
        return FuzzInput(
            name: "packed \(name)",
            files: [(file, .safetensors(header: .object(members), data: packed.bytes))], opened: file)
    }
}
