import Documents
import Foundation

/// The index of a checkpoint in several files, `model.safetensors.index.json`: which tensor lies in which file.
///
/// Source: `save_pretrained` of the Hugging Face transformers library: an object with `weight_map` from tensor names
/// to file names; other keys are not looked at.
public struct ShardIndex: Sendable, Hashable {
    /// The file name of each tensor.
    public let files: [String: String]

    /// Reads an index.
    ///
    /// - Throws: ``InputError``: missing input if the file cannot be read; data, with the line, if it is no such index
    ///   or if a name leads out of the folder.
    public init(path: String) throws {
        let mapped = try MappedFile(path: path)
        guard mapped.count <= SafetensorsHeader.maximumLength else {
            throw InputError(
                .data, file: path, problem: "the file has \(mapped.count) bytes",
                expected: "at most \(SafetensorsHeader.maximumLength)")
        }
        let text = mapped.withBytes(in: 0..<mapped.count) { String(validating: $0, as: UTF8.self) }
        guard let text else { throw InputError(.data, file: path, problem: "the file is not UTF-8 text") }
        let map = try Document(text, file: path, syntax: .json).root.required("weight_map")
        var files: [String: String] = [:]
        for (name, value) in try map.entries() {
            let file = try value.string()
            guard !file.isEmpty, !file.contains("/"), file != "..", file != "." else {
                throw value.error("found \"\(file)\"", expected: "the name of a file in the same folder")
            }
            files[name] = file
        }
        guard !files.isEmpty else { throw map.error("the index names no tensor") }
        self.files = files
    }
}
