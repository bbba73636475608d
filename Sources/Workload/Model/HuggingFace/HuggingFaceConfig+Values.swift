import Documents

extension HuggingFaceConfig {
    typealias Limits = TransformerModel.Limits

    /// Whether a key is in the file, be it as null. Some defaults differ between the two.
    func has(_ key: String) throws -> Bool { try keys.entries().contains { $0.key == key } }

    /// A size that must be there.
    func size(_ key: String, in range: ClosedRange<Int>) throws -> Int {
        try keys.required(key).integer(in: range)
    }

    /// A size that may be missing.
    func size(_ key: String, in range: ClosedRange<Int>, default value: Int) throws -> Int {
        try keys.value(key)?.integer(in: range) ?? value
    }

    /// A switch that may be missing.
    func flag(_ key: String, default value: Bool) throws -> Bool { try keys.value(key)?.boolean() ?? value }

    /// Whether head and embedding are one matrix. A multimodal file may say so outside its text part.
    func isTied(default value: Bool) throws -> Bool {
        try (keys.value("tie_word_embeddings") ?? root.value("tie_word_embeddings"))?.boolean() ?? value
    }

    /// The activation function under the family's key for it.
    func activation(_ key: String, default value: Activation) throws -> Activation {
        let names: [(name: String, value: Activation)] = [
            ("silu", .silu), ("swish", .silu), ("gelu", .gelu), ("gelu_new", .gelu), ("gelu_fast", .gelu),
            ("gelu_pytorch_tanh", .gelu), ("gelu_python", .gelu), ("gelu_python_tanh", .gelu), ("quick_gelu", .gelu),
            ("relu", .relu),
        ]
        return try keys.value(key)?.choice(names) ?? value
    }

    /// Rotary positions over the part of a head that `partial_rotary_factor`, or the family's older key, says.
    ///
    /// The scaling of the angles (`rope_scaling`) is accepted and forgotten: no shape depends on it.
    func rotary(headDimension: Int, factorKey: String = "partial_rotary_factor", defaultFactor: Double = 1) throws
        -> PositionEncoding
    {
        for key in ["rope_scaling", "rope_parameters"] {
            if let scaling = try keys.value(key) { _ = try scaling.entries() }
        }
        // Files of transformers 5 keep the factor with the other rotary parameters.
        let node =
            try keys.value(factorKey) ?? keys.value("rope_parameters")?.value("partial_rotary_factor")
        let factor = try node?.number(in: 0...1) ?? defaultFactor
        let dimensions = Int(Double(headDimension) * factor)
        if dimensions < 2 || !dimensions.isMultiple(of: 2) {
            throw (node ?? keys).error(
                "\(dimensions) of \(headDimension) dimensions of a head would be rotated",
                expected: "an even number of them, 2 or more")
        }
        return .rotary(dimensions: dimensions)
    }
}
