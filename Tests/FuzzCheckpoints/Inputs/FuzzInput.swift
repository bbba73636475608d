/// A model in files, as it is given to the readers.
struct FuzzInput {
    /// A file: its bytes, or what they are made of.
    enum Content {
        case bytes([UInt8])
        case gguf([UInt8])
        case json(JSONDraft)
        case safetensors(header: JSONDraft, data: [UInt8])

        /// The file.
        var bytes: [UInt8] {
            switch self {
            case .bytes(let bytes), .gguf(let bytes): return bytes
            case .json(let draft): return draft.bytes
            case .safetensors(let header, let data):
                let text = header.bytes
                return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + data
            }
        }
    }

    /// What it is, for reports.
    var name: String
    /// The files by name.
    var files: [(name: String, content: Content)]
    /// The file that is opened; empty for the folder.
    var opened: String

    /// Bytes of all files.
    var byteCount: Int { files.reduce(0) { $0 + $1.content.bytes.count } }
}
