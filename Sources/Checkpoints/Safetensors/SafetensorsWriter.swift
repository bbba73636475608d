import Documents

/// Writes a safetensors file part by part, in any order and from several ranks; it appears whole or not at all.
///
/// The coordinator creates it, the other ranks join it, everybody closes it, and after that the coordinator commits.
public final class SafetensorsWriter {
    /// Header and places.
    public let layout: SafetensorsLayout
    /// The path of the unfinished file, for other ranks to join.
    public var temporaryPath: String { file.temporaryPath }

    private let file: AtomicFile

    /// Creates the unfinished file with its header and its final size.
    ///
    /// - Throws: ``InputError`` (output) if it cannot be created or there is no space for it.
    public init(creating layout: SafetensorsLayout, at path: String) throws {
        self.layout = layout
        file = try AtomicFile(creating: path)
        try file.resize(to: layout.fileSize)
        try layout.header.withUnsafeBytes { try file.write($0, at: 0) }
    }

    /// Joins the unfinished file of another rank.
    ///
    /// - Throws: ``InputError`` (output) if it cannot be opened.
    public init(joining temporaryPath: String, layout: SafetensorsLayout, for path: String) throws {
        self.layout = layout
        file = try AtomicFile(joining: temporaryPath, for: path)
    }

    /// Writes some of a tensor's bytes.
    ///
    /// - Parameters:
    ///   - bytes: what to write.
    ///   - tensor: one of the layout's.
    ///   - offset: where in the tensor.
    /// - Throws: ``InputError`` (output) if the system refuses.
    /// - Precondition: the bytes fit into the tensor.
    public func write(_ bytes: UnsafeRawBufferPointer, to tensor: TensorInfo, at offset: Int = 0) throws {
        precondition(offset >= 0 && offset + bytes.count <= tensor.bytes.count, "the bytes lie in \(tensor.name)")
        try file.write(bytes, at: tensor.bytes.lowerBound + offset)
    }

    /// Ends writing on this rank.
    ///
    /// - Throws: ``InputError`` (output) if the system reports a late failure.
    public func close() throws { try file.close() }

    /// Gives the finished file its name.
    ///
    /// - Throws: ``InputError`` (output) if the system refuses.
    /// - Precondition: this rank created the file and all ranks have closed it.
    public func commit() throws { try file.commit() }

    /// Gives up and removes the unfinished file. Does nothing after ``commit()``.
    public func discard() { file.discard() }
}
