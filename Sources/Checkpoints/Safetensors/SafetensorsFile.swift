import Documents

/// A safetensors file, mapped into memory and checked.
public struct SafetensorsFile: Sendable {
    /// The mapped file.
    public let file: MappedFile
    /// Its header.
    public let header: SafetensorsHeader

    /// Opens a file and checks its header.
    ///
    /// - Throws: ``InputError``: missing input if the file cannot be read, data for a wrong header.
    public init(path: String) throws {
        let file = try MappedFile(path: path)
        header = try file.withBytes(in: 0..<file.count) {
            try SafetensorsHeader($0, fileSize: file.count, file: path)
        }
        self.file = file
    }

    /// The bytes of a tensor, valid inside `body` only.
    ///
    /// - Precondition: the tensor is one of this file's.
    public func withBytes<Result>(
        of tensor: TensorInfo, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try file.withBytes(in: tensor.bytes, body)
    }
}
