/// A tensor of a GGUF file: what it is and where its bytes lie.
public struct GGUFTensor: Sendable, Hashable {
    /// The name, unique in the file.
    public var name: String
    /// How it is stored.
    public var type: GGUFTensorType
    /// The extent of each dimension, the slowest first (the file has them the other way round).
    public var shape: [Int]
    /// Where the bytes lie, from the start of the file.
    public var bytes: Range<Int>

    /// The extent of the fastest dimension, along which blocks run.
    public var columns: Int { shape.last ?? 1 }
    /// The number of rows, all slower dimensions together.
    public var rows: Int { shape.dropLast().reduce(1, *) }
    /// Bytes of a row.
    public var rowBytes: Int { columns / type.blockSize * type.blockBytes }
}
