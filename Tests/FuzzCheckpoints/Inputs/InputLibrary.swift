import Checkpoints
import _CheckpointTestSupport
import _RandomTestSupport

/// Right inputs of every kind that the readers know.
enum InputLibrary {
    /// All of them.
    static let all: [FuzzInput] = {
        let (bytes, pieces) = (Vocabularies.byteLevel.count, Vocabularies.pieces.count)
        guard let packed = try? PackedInput.all() else { preconditionFailure("random weights can be quantised") }
        return GGUFTensorType.allCases.filter(\.isReadableAsFloat).map { gguf($0) } + [
            gguf(.q8x0, family: .gpt2),
            safetensors(.opt, vocabulary: Vocabularies.byteLevelJSON, count: bytes),
            safetensors(.gpt2, vocabulary: Vocabularies.byteLevelJSON, count: bytes),
            safetensors(.llama, vocabulary: Vocabularies.byteLevelJSON, count: bytes),
            safetensors(.qwen2, vocabulary: Vocabularies.piecesJSON, count: pieces),
            shards(.qwen3, vocabulary: Vocabularies.byteLevelJSON, count: bytes),
        ] + packed
    }()

    /// A GGUF file whose matrices are of a type; version, architecture and vocabulary alternate.
    private static func gguf(_ type: GGUFTensorType, family given: ModelShape.Family? = nil) -> FuzzInput {
        var numbers = SeededGenerator(seed: UInt64(type.rawValue))
        let number = Int(type.rawValue)
        let family: ModelShape.Family = given ?? [.llama, .qwen2, .qwen3][number % 3]
        let hasPieces = number % 4 == 2
        var shape = ModelShape(
            family: family, vocabulary: hasPieces ? Vocabularies.pieces.count : Vocabularies.byteLevel.count)
        if type.blockSize == 256 {
            (shape.hidden, shape.heads, shape.kvHeads, shape.size, shape.inner) = (256, 4, 1, 64, 256)
        }
        shape.isTied = number.isMultiple(of: 2)
        shape.transposes = false
        var gguf = SampleGGUF()
        gguf.version = number % 2 == 0 ? 3 : 2
        gguf.add("general.architecture", family.rawValue)
        gguf.add("general.name", "tiny")
        let prefix = family.rawValue
        for (key, value) in [
            ("embedding_length", shape.hidden), ("block_count", 1), ("attention.head_count", shape.heads),
            ("feed_forward_length", shape.inner),
        ]
            + (family == .gpt2
                ? [("context_length", ModelShape.positions)]
                : [
                    ("attention.head_count_kv", shape.kvHeads), ("attention.key_length", shape.size),
                    ("context_length", 256), ("rope.dimension_count", shape.size),
                ])
        {
            gguf.add("\(prefix).\(key)", value)
        }
        let norm = family == .gpt2 ? "layer_norm_epsilon" : "layer_norm_rms_epsilon"
        gguf.add("\(prefix).attention.\(norm)", 1e-5 as Float)
        gguf.add("\(prefix).rope.freq_base", 10_000 as Float)
        if number % 3 == 0 {
            gguf.add("\(prefix).rope.scaling.type", "yarn")
            gguf.add("\(prefix).rope.scaling.factor", 4 as Float)
            gguf.add("\(prefix).rope.scaling.original_context_length", 64)
        }
        if hasPieces {
            Vocabularies.addPieces(to: &gguf)
        } else {
            Vocabularies.addByteLevel(to: &gguf, pre: ["smollm", "qwen2", "llama-bpe", "gpt-2"][number % 4])
        }
        for tensor in shape.tensors {
            let own: GGUFTensorType = tensor.shape.count == 1 ? .float32 : type
            gguf.tensors.append(
                .init(
                    tensor.gguf, tensor.shape.reversed().map(UInt64.init), type: own.rawValue,
                    bytes: GGUFBlocks.bytes(own, tensor, &numbers)))
        }
        return FuzzInput(
            name: "GGUF \(family.rawValue) \(type.name)", files: [("model.gguf", .gguf(gguf.file()))],
            opened: "model.gguf")
    }

    /// The header and data of a safetensors file of some tensors, in types that alternate.
    private static func file(_ tensors: [ModelShape.Tensor], _ numbers: inout SeededGenerator) -> FuzzInput.Content {
        var members: [(key: String, value: JSONDraft)] = [("__metadata__", ["format": "pt"])]
        var data: [UInt8] = []
        for (index, tensor) in tensors.enumerated() {
            let (name, type): (String, GGUFTensorType) =
                [("F16", .float16), ("F32", .float32), ("BF16", .bfloat16)][index % 3]
            let bytes = GGUFBlocks.bytes(type, tensor, &numbers)
            members.append(
                (
                    tensor.huggingFace,
                    [
                        "dtype": .text(name), "shape": .list(tensor.shape.map { JSONDraft($0) }),
                        "data_offsets": [JSONDraft(data.count), JSONDraft(data.count + bytes.count)],
                    ]
                ))
            data += bytes
        }
        return .safetensors(header: .object(members), data: data)
    }

    /// A folder with one safetensors file.
    private static func safetensors(
        _ family: ModelShape.Family, vocabulary: JSONDraft, count: Int
    ) -> FuzzInput {
        var numbers = SeededGenerator(seed: 41)
        let shape = ModelShape(family: family, vocabulary: count)
        return FuzzInput(
            name: "safetensors \(family.rawValue)",
            files: [
                ("model.safetensors", file(shape.tensors, &numbers)), ("config.json", .json(shape.config)),
                ("tokenizer.json", .json(vocabulary)),
            ], opened: "")
    }

    /// A folder with an index of two files.
    private static func shards(_ family: ModelShape.Family, vocabulary: JSONDraft, count: Int) -> FuzzInput {
        var numbers = SeededGenerator(seed: 42)
        var shape = ModelShape(family: family, vocabulary: count)
        shape.isTied = true
        let tensors = shape.tensors
        let halves = [Array(tensors[..<(tensors.count / 2)]), Array(tensors[(tensors.count / 2)...])]
        var map: [(key: String, value: JSONDraft)] = []
        var files: [(name: String, content: FuzzInput.Content)] = []
        for (index, half) in halves.enumerated() {
            let name = "model-0000\(index + 1)-of-00002.safetensors"
            map += half.map { ($0.huggingFace, .text(name)) }
            files.append((name, file(half, &numbers)))
        }
        files.append(
            ("model.safetensors.index.json", .json(["metadata": ["total_size": 1000], "weight_map": .object(map)])))
        files.append(("config.json", .json(shape.config)))
        files.append(("tokenizer.json", .json(vocabulary)))
        return FuzzInput(name: "index \(family.rawValue)", files: files, opened: "")
    }
}
