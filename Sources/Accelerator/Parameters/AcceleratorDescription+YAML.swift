import Documents
import Units

extension AcceleratorDescription {
    /// Reads an accelerator file.
    ///
    /// Keys are those of ``ParameterKey``, nested at the dots. With `base: NAME` a file need only hold what differs from
    /// that preset; without it, it must hold every constant.
    ///
    /// - Throws: ``InputError`` naming file, line and key.
    public init(yaml text: String, file: String) throws {
        let root = try Document(text, file: file, syntax: .yaml).root
        let flat = try Self.flatten(root)
        let heads = ["name", "base", "pe", "summary"]
        let names = heads + ParameterKey.allCases.map(\.rawValue)
        for (key, node) in flat where !names.contains(key) {
            throw node.error("unknown key", expected: "one of \(names.joined(separator: ", "))")
        }
        let base = try root.value("base").map { node in
            try node.choice(AcceleratorPresets.all.map { ($0.name, $0) })
        }
        let kinds = ProcessingElementKind.allCases.map { ($0.rawValue, $0) }
        let kind: ProcessingElementKind
        if let node = try root.value("pe") {
            kind = try node.choice(kinds)
        } else if let base {
            kind = base.processingElement
        } else {
            kind = try root.required("pe").choice(kinds)
        }

        var parameters = base?.parameters ?? [:]
        var given: [ParameterKey: DocumentNode] = [:]
        for (name, node) in flat {
            guard let key = ParameterKey(rawValue: name) else { continue }
            // A key may be nested or written with its dots, but not both.
            guard given[key] == nil else {
                throw node.error("the key is given more than once", expected: "each key once")
            }
            let definition = key.definition
            let value = try node.quantity(definition.dimension, in: definition.range)
            if definition.isWhole, value != value.rounded() {
                throw node.error("found \(node.shown)", expected: "a whole number")
            }
            given[key] = node
            // A value that is the base's own keeps its source.
            if parameters[key]?.value != value {
                parameters[key] = Parameter(value, .user, node.line.map { "\(file):\($0)" } ?? file)
            }
        }
        // Naming a flat DRAM energy replaces a base's split one, and the reverse.
        let split =
            !given.keys.contains(.dramEnergy) && (base?.splitsDRAMEnergy ?? true || given[.dramReadEnergy] != nil)
        let required = Self.requiredKeys(of: kind, splitsDRAMEnergy: split)
        for (key, node) in given where !required.contains(key) {
            throw node.error(
                "not used with pe \(kind.rawValue) and \(split ? "split" : "flat") DRAM energy",
                expected: "to be left out")
        }
        parameters = parameters.filter { required.contains($0.key) }
        if let missing = ParameterKey.allCases.first(where: { required.contains($0) && parameters[$0] == nil }) {
            throw InputError(
                .data, file: file, key: missing.rawValue, problem: "the constant is missing",
                expected: "\(missing.definition.dimension.expectation), or \"base: NAME\" to start from a preset")
        }
        try self.init(
            name: root.value("name")?.string() ?? base?.name ?? "unnamed", processingElement: kind,
            summary: root.value("summary")?.string() ?? base.map { "Variant of \($0.name)." } ?? "",
            parameters: parameters)
        if let inconsistency { throw InputError(.data, file: file, problem: inconsistency) }
    }

    private static func flatten(_ node: DocumentNode) throws -> [(String, DocumentNode)] {
        try node.entries().flatMap { _, value -> [(String, DocumentNode)] in
            if value.isMapping { return try flatten(value) }
            return [(value.path, value)]
        }
    }

    /// The file that describes this accelerator, each constant with its meaning, source and confidence.
    ///
    /// Reading it back gives the same values.
    public var yaml: String {
        var lines = [
            "# An accelerator of bitmod-dist. Edit any line; keep what you need with \"base:\".",
            "# Each comment: what it is (source; confidence high, medium or low).",
            "name: \(name.yamlValue)", "summary: \(summary.yamlQuoted)", "pe: \(processingElement.rawValue)",
        ]
        var section: Substring = ""
        for key in parameterKeys {
            guard let parameter = parameters[key] else { continue }
            let parts = key.rawValue.split(separator: ".", maxSplits: 1)
            if parts.count == 2, parts[0] != section {
                section = parts[0]
                lines.append("\(section):")
            }
            let text = Quantity(parameter.value, key.definition.dimension).text
            let entry = parts.count == 2 ? "  \(parts[1]): \(text)" : "\(key.rawValue): \(text)"
            let padding = String(repeating: " ", count: max(1, 38 - entry.count))
            lines.append(
                "\(entry)\(padding)# \(key.definition.summary) (\(parameter.source); \(parameter.confidence.rawValue))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
