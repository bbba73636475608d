import Checkpoints
import Documents

extension Tokenizer {
    /// Reads a `tokenizer.json` of the Hugging Face library: byte-pair encoding with the steps that the families this
    /// program knows have. What it does not know it refuses, with the key.
    ///
    /// - Throws: ``InputError``: missing input if the file cannot be read, data for what is wrong or not supported.
    public init(huggingFace path: String) throws {
        let file = try MappedFile(path: path)
        guard file.count <= HuggingFaceVocabulary.largestFile else {
            throw InputError(
                .data, file: path, problem: "the file has \(file.count) bytes",
                expected: "at most \(HuggingFaceVocabulary.largestFile)")
        }
        let value = try file.withBytes(in: 0..<file.count) { bytes in
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw InputError(.data, file: path, problem: "the file is not UTF-8 text")
            }
            return try JSONParser.parse(bytes.bindMemory(to: UInt8.self), file: path)
        }
        var reading = try HuggingFaceVocabulary(JSONNode(value: value, file: path, path: ""))
        let parts = try reading.parts()
        self.init(parts, indices: reading.lookup)
    }
}

/// The vocabulary and the steps in a tokenizer.json.
struct HuggingFaceVocabulary {
    static let largestFile = 256 << 20

    let root: JSONNode
    private let model: JSONNode
    private let vocabulary: VocabularyReading
    private var added: [AddedToken] = []
    private(set) var lookup: [[UInt8]: Int32] = [:]

    var file: String { root.file }

    init(_ root: JSONNode) throws {
        self.root = root
        model = try root.required("model")
        if let type = try model["type"], try type.text() != "BPE" {
            throw type.error("the model \"\(try type.text().prefix(60))\" is not supported", expected: "BPE")
        }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let node = try model[key], try !node.text().isEmpty { throw node.error("is not supported") }
        }
        let vocab = try model.required("vocab")
        let members = try vocab.members()
        let entries = try root["added_tokens"]?.elements() ?? []
        // Numbers may have gaps, but no more than a file could mean.
        let limit = 4 * (members.count + entries.count) + 65_536
        var written: [[UInt8]] = []
        func put(_ token: [UInt8], _ id: Int, _ node: JSONNode) throws {
            if id >= written.count { written += Array(repeating: [], count: id + 1 - written.count) }
            guard written[id].isEmpty || written[id] == token else {
                throw node.error("two tokens have the number \(id)")
            }
            written[id] = token
        }
        for member in members {
            let node = JSONNode(value: member.value, file: root.file, path: "model.vocab.\(member.key.prefix(60))")
            try put(Array(member.key.utf8), try node.natural(below: limit), node)
        }
        for entry in entries {
            let id = try entry.required("id").natural(below: limit)
            let text = Array(try entry.required("content").text().utf8)
            if let node = try entry["single_word"], try node.boolean() { throw node.error("is not supported") }
            try put(text, id, entry)
            added.append(
                AddedToken(
                    id: Int32(id), text: text, isSpecial: try entry["special"]?.boolean() ?? false,
                    stripsLeft: try entry["lstrip"]?.boolean() ?? false,
                    stripsRight: try entry["rstrip"]?.boolean() ?? false))
        }
        guard !written.isEmpty else { throw vocab.error("the vocabulary is empty") }
        vocabulary = try VocabularyReading(written, file: root.file, key: "model.vocab")
    }

    mutating func parts() throws -> Tokenizer.Parts {
        var parts = Tokenizer.Parts()
        parts.file = file
        parts.added = added
        if let normalizer = try root["normalizer"] { try read(normalizer: normalizer, &parts) }
        var isByteLevel = false
        if let steps = try root["pre_tokenizer"] { try read(steps: steps, &parts, &isByteLevel) }
        var decoders = Decoders()
        if let decoder = try root["decoder"] { try read(decoder: decoder, &decoders) }
        isByteLevel = isByteLevel || decoders.isByteLevel
        parts.dropsFirstBlank = decoders.dropsFirstBlank
        try readModel(&parts, isByteLevel: isByteLevel)
        let addedIDs = Set(added.map(\.id))
        parts.tokens = vocabulary.written.enumerated().map { index, token in
            if addedIDs.contains(Int32(index)) { return token }
            if isByteLevel { return ByteAlphabet.bytes(of: token) ?? token }
            return VocabularyReading.plainBytes(token, hasByteTokens: decoders.hasByteTokens)
        }
        if isByteLevel {
            for (index, bytes) in parts.tokens.enumerated() where !bytes.isEmpty && !addedIDs.contains(Int32(index)) {
                lookup[bytes] = Int32(index)
            }
        } else {
            lookup = vocabulary.indices
        }
        if let processor = try root["post_processor"] { try read(processor: processor, &parts) }
        return parts
    }

    private func readModel(_ parts: inout Tokenizer.Parts, isByteLevel: Bool) throws {
        if let node = try model["unk_token"] {
            let token = try node.text()
            guard let id = vocabulary.indices[Array(token.utf8)] else {
                throw node.error("\"\(token.prefix(60))\" is no token")
            }
            parts.unknown = id
        }
        parts.fusesUnknown = try model["fuse_unk"]?.boolean() ?? false
        parts.prefersWholePieces = try model["ignore_merges"]?.boolean() ?? false
        let merges = try model.required("merges")
        for (rank, merge) in try merges.elements().enumerated() {
            if case .text(let text) = merge.value {
                try vocabulary.add(Array(text.utf8), rank: rank, key: merges.path, to: &parts.merges)
            } else {
                let pair = try merge.elements().map { try $0.text() }
                guard pair.count == 2 else { throw merge.error("found \(pair.count) texts", expected: "two tokens") }
                try vocabulary.add(pair[0].utf8, pair[1].utf8, rank: rank, key: merges.path, to: &parts.merges)
            }
        }
        if isByteLevel {
            parts.alphabet = .bytes(
                ByteAlphabet.characters.map { vocabulary.indices[Array(String(Character($0)).utf8)] ?? -1 })
        } else {
            let hasFallback = try model["byte_fallback"]?.boolean() ?? false
            parts.alphabet = .characters(byteTokens: hasFallback ? vocabulary.byteTokens : nil)
        }
    }

    /// Calls `body` for a step, or for each step of a sequence.
    private func each(
        _ node: JSONNode, _ list: String, depth: Int = 0, _ body: (JSONNode, String) throws -> Void
    ) throws {
        let type = try node.required("type").text()
        guard type == "Sequence" else { return try body(node, type) }
        guard depth < 8 else { throw node.error("sequences are nested too deep") }
        for step in try node.required(list).elements() { try each(step, list, depth: depth + 1, body) }
    }

    private func unsupported(_ node: JSONNode, _ type: String) -> InputError {
        node.error("the step \"\(type.prefix(60))\" is not supported")
    }

    private func read(normalizer: JSONNode, _ parts: inout Tokenizer.Parts) throws {
        try each(normalizer, "normalizers") { node, type in
            switch type {
            case "NFC": parts.rules.append(.composed)
            case "Prepend": parts.rules.append(.prepend(try node.required("prepend").text()))
            case "Replace":
                let pattern = try node.required("pattern").required("String").text()
                parts.rules.append(.replace(pattern, with: try node.required("content").text()))
            default: throw unsupported(node, type)
            }
        }
    }

    private func read(steps: JSONNode, _ parts: inout Tokenizer.Parts, _ isByteLevel: inout Bool) throws {
        try each(steps, "pretokenizers") { node, type in
            switch type {
            case "ByteLevel":
                isByteLevel = true
                if try node["add_prefix_space"]?.boolean() ?? true { parts.rules.append(.blankInFront) }
                if try node["use_regex"]?.boolean() ?? true { parts.splitters.append(.gpt2) }
            case "Digits":
                let isSingle = try node["individual_digits"]?.boolean() ?? false
                parts.splitters.append(isSingle ? .singleNumbers : .numberRuns(limit: .max))
            case "Split":
                let pattern = try node.required("pattern").required("Regex")
                let text = try pattern.text()
                guard let splitter = Splitter.expressions.first(where: { $0.pattern == text })?.splitter else {
                    throw pattern.error("the expression \"\(text.prefix(80))\" is not one of those supported")
                }
                let behavior = try node.required("behavior")
                let isInverted = try node["invert"]?.boolean() ?? false
                let word = try behavior.text()
                guard word == "Isolated" && !isInverted || word == "Removed" && isInverted else {
                    throw behavior.error("found \"\(word.prefix(60))\"", expected: "Isolated")
                }
                parts.splitters.append(splitter)
            case "Metaspace": try read(metaspace: node, &parts)
            default: throw unsupported(node, type)
            }
        }
    }

    private func read(metaspace node: JSONNode, _ parts: inout Tokenizer.Parts) throws {
        let mark = try node["replacement"]?.text() ?? "\u{2581}"
        guard mark == "\u{2581}" else { throw node.error("the mark \"\(mark.prefix(8))\" is not supported") }
        parts.rules.append(.replace(" ", with: mark))
        let older = try node["add_prefix_space"]?.boolean() ?? true
        switch try node["prepend_scheme"]?.text() ?? (older ? "always" : "never") {
        case "always": parts.rules.append(.ensurePrefix(mark))
        case "first": parts.firstRules.append(.ensurePrefix(mark))
        case "never": break
        default: throw node.error("the prepend_scheme is not supported", expected: "always, first or never")
        }
        if try node["split"]?.boolean() ?? true { parts.splitters.append(.metaspace) }
    }

    /// What the decoders do.
    private struct Decoders {
        var isByteLevel = false
        var hasByteTokens = false
        var dropsFirstBlank = false
    }

    private func read(decoder: JSONNode, _ decoders: inout Decoders) throws {
        try each(decoder, "decoders") { node, type in
            switch type {
            case "ByteLevel": decoders.isByteLevel = true
            case "ByteFallback": decoders.hasByteTokens = true
            case "Metaspace": decoders.dropsFirstBlank = true
            case "Strip": decoders.dropsFirstBlank = try node["start"]?.natural(below: 2) == 1
            case "Replace", "Fuse": break
            default: throw unsupported(node, type)
            }
        }
    }

    private func read(processor: JSONNode, _ parts: inout Tokenizer.Parts) throws {
        try each(processor, "processors") { node, type in
            switch type {
            case "ByteLevel": break
            case "TemplateProcessing":
                var isBehind = false
                for piece in try node.required("single").elements() {
                    if try piece["Sequence"] != nil {
                        isBehind = true
                    } else if let token = try piece["SpecialToken"] {
                        let name = try token.required("id")
                        guard let id = vocabulary.indices[Array(try name.text().utf8)] else {
                            throw name.error("is no token")
                        }
                        if isBehind { parts.suffix.append(id) } else { parts.prefix.append(id) }
                    }
                }
            default: throw unsupported(node, type)
            }
        }
    }
}
