import Documents

extension TransformerModel {
    /// Reads a Hugging Face `config.json`.
    ///
    /// Supported values of `model_type` (or, where it is missing, of `architectures`): falcon, gpt2, gpt_neox, llama,
    /// mistral, mixtral, opt, phi, phi3, qwen2, qwen3, qwen3_moe. Keys have the meanings and defaults of the
    /// configuration classes of `transformers` 4.57, except that the sizes of a model (hidden, layers, heads, feed-
    /// forward, vocabulary, experts) must be there. Of a file with a `text_config`, that part is the model. Keys that
    /// change the model in a way that is not modelled are refused.
    ///
    /// The name is the last part of `id` or `_name_or_path`, else the name of the folder a `config.json` lies in, else
    /// the file's name without its ending.
    ///
    /// - Parameters:
    ///   - text: the file's content.
    ///   - file: the file's path, for the name and for errors. Nothing is read from it.
    /// - Throws: `InputError` with file, line and key.
    public init(huggingFaceConfig text: String, file: String) throws {
        self = try HuggingFaceConfig(text, file: file).model()
    }
}
