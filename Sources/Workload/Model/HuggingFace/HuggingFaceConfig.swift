import Documents

/// The keys of a `config.json` that describe a language model, and how to read them.
///
/// What each family makes of the keys is in `Families/`.
struct HuggingFaceConfig {
    /// The mapping with the model's keys: the whole file, or its `text_config`.
    let keys: DocumentNode
    /// The whole file.
    let root: DocumentNode
    /// The model's name.
    let name: String
    /// How the keys are to be understood.
    let family: HuggingFaceFamily

    init(_ text: String, file: String) throws {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw InputError(.data, file: file, problem: "the file is empty")
        }
        root = try Document(text, file: file, syntax: .json).root
        guard root.isMapping else {
            throw root.error("found \(root.shown)", expected: "the keys of a Hugging Face config.json")
        }
        // A multimodal model: its language model is what runs token by token.
        keys = try root.value("text_config") ?? root
        family = try Self.family(of: keys)
        name = try Self.name(in: root, file: file)
    }

    /// The model, checked.
    func model() throws -> TransformerModel {
        try refuseUnmodelledKeys()
        let model =
            switch family {
            case .falcon: try falcon()
            case .gpt2: try gpt2()
            case .gptNeoX: try gptNeoX()
            case .llama: try llama()
            case .mistral: try mistral()
            case .mixtral: try mixtral()
            case .opt: try opt()
            case .phi: try phi()
            case .phi3: try phi3()
            case .qwen2: try qwen2()
            case .qwen3: try qwen3()
            case .qwen3MoE: try qwen3MoE()
            }
        try model.validate(file: root.file)
        return model
    }

    // MARK: Family and name

    private static func family(of keys: DocumentNode) throws -> HuggingFaceFamily {
        if let type = try keys.value("model_type") {
            let word = try type.string()
            if let family = HuggingFaceFamily(rawValue: word) { return family }
            let reason = UnsupportedArchitecture(rawValue: word).map { ": \($0.reason)" } ?? ""
            throw type.error("\"\(word)\" is not supported\(reason)", expected: "one of \(HuggingFaceFamily.list)")
        }
        guard let architectures = try keys.value("architectures") else {
            throw InputError(
                .data, file: keys.file, line: keys.line,
                key: keys.path.isEmpty ? "model_type" : "\(keys.path).model_type", problem: "the key is missing",
                expected: "one of \(HuggingFaceFamily.list)")
        }
        let names = try architectures.elements().map { try $0.string() }
        for name in names {
            if let family = HuggingFaceFamily.allCases.first(where: { $0.architecture == name }) { return family }
        }
        throw architectures.error(
            "\(names.joined(separator: ", ")) is not supported",
            expected: "one of \(HuggingFaceFamily.allCases.map(\.architecture).joined(separator: ", "))")
    }

    private static func name(in root: DocumentNode, file: String) throws -> String {
        for key in ["id", "_name_or_path"] {
            if let written = try root.value(key)?.string(), let part = lastPart(of: written) { return part }
        }
        let parts = file.split(separator: "/")
        guard let last = parts.last else { return "config" }
        if last == "config.json", let folder = parts.dropLast().last, folder != ".", folder != ".." {
            return String(folder)
        }
        return last.hasSuffix(".json") && last.count > 5 ? String(last.dropLast(5)) : String(last)
    }

    private static func lastPart(of path: String) -> String? {
        guard let last = path.split(separator: "/").last, last != ".", last != ".." else { return nil }
        return String(last)
    }
}
