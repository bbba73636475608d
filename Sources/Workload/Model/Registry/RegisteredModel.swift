/// An entry of ``ModelRegistry``.
public struct RegisteredModel: Hashable, Sendable {
    /// The shape, under its name.
    public let model: TransformerModel
    /// Other names of the same shape: common ones, and those of its checkpoints on Hugging Face.
    public let aliases: [String]
}
