import Checkpoints

/// Which tensors of a checkpoint are quantised.
///
/// Without patterns: tensors of two dimensions whose name ends in `.weight`, but no embeddings and no norms. The
/// language-model head is quantised, as in the BitMoD paper. Tensors without elements never are.
public struct MatrixSelection {
    /// In place of the rule on names: matrices in whose name this is found.
    public var only: Regex<AnyRegexOutput>?
    /// Matrices in whose name this is found are left as they are.
    public var skip: Regex<AnyRegexOutput>?

    /// A selection by patterns.
    public init(only: Regex<AnyRegexOutput>? = nil, skip: Regex<AnyRegexOutput>? = nil) {
        self.only = only
        self.skip = skip
    }

    /// Parts of names, between dots, under which models keep tables of tokens, positions and token types.
    public static let embeddings: Set<String> = [
        "embed_tokens", "embed_positions", "embed_in", "embeddings", "position_embedding", "position_embeddings",
        "tok_embeddings", "token_embd", "token_type_embeddings", "word_embeddings", "wpe", "wte",
    ]

    /// Whether a tensor is quantised.
    public func contains(_ tensor: TensorInfo) -> Bool {
        guard tensor.shape.count == 2, !tensor.shape.contains(0) else { return false }
        if let skip, tensor.name.contains(skip) { return false }
        if let only { return tensor.name.contains(only) }
        let parts = tensor.name.split(separator: ".")
        guard parts.last == "weight" else { return false }
        return !parts.contains { part in
            Self.embeddings.contains(String(part)) || part.contains("norm") || part.hasPrefix("ln_")
        }
    }
}
