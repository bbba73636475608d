import Checkpoints
import Documents
import Foundation
import Tokenization

/// A model in files: its description and its weights; the vocabulary when it is asked for.
public struct LanguageModel: Sendable {
    /// The path as given.
    public let path: String
    /// Shapes and constants.
    public let description: ModelDescription
    /// The weights.
    public let weights: any WeightSource
    let names: TensorNames
    /// Whether the rows of queries and keys are those of neighbouring pairs, as GGUF files of the Llama architecture
    /// have them: in each head the row pairs (i, i + half) stand next to each other.
    let hasInterleavedHeads: Bool
    private let gguf: GGUFFile?

    /// Opens a GGUF file; or a safetensors file, an index of several, or a folder with one of them, beside which there
    /// is a `config.json`.
    ///
    /// - Throws: ``InputError``: missing input or data.
    public init(path: String) throws {
        self.path = path
        if GGUFFile.isGGUF(path: path) || path.hasSuffix(".gguf") {
            let file = try GGUFFile(path: path)
            description = try ModelDescription(file)
            weights = file
            names = .gguf(architecture: description.shape.family)
            hasInterleavedHeads = description.shape.family == "llama"
            gguf = file
        } else {
            let checkpoint = try Checkpoint(path: path)
            let config = Self.beside(path, "config.json")
            let file = try MappedFile(path: config)
            guard file.count <= Self.largestConfig,
                let text = file.withBytes(in: 0..<file.count, { String(validating: $0, as: UTF8.self) })
            else {
                throw InputError(.data, file: config, problem: "the file is no text of at most 1 MiB")
            }
            description = try ModelDescription(huggingFaceConfig: text, file: config)
            weights = checkpoint
            names = .huggingFace(family: description.shape.family, in: checkpoint)
            hasInterleavedHeads = false
            gguf = nil
        }
    }

    /// Bytes of the largest config.json; real ones have a thousand or two, and the reader takes a hundred times as many.
    private static let largestConfig = 1 << 20

    /// The vocabulary: the GGUF file's own, or the `tokenizer.json` beside the weights.
    ///
    /// - Throws: ``InputError``: missing input or data.
    public func tokenizer() throws -> Tokenizer {
        if let gguf { return try Tokenizer(gguf) }
        return try Tokenizer(huggingFace: Self.beside(path, "tokenizer.json"))
    }

    /// The path of a file in the folder of the weights.
    private static func beside(_ path: String, _ name: String) -> String {
        var isFolder: ObjCBool = false
        let url = URL(fileURLWithPath: path)
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let folder = exists && isFolder.boolValue ? path : url.deletingLastPathComponent().relativePath
        return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}
