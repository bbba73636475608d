/// A tensor of a checkpoint: what it is and where its bytes lie.
public struct TensorInfo: Sendable, Hashable, Codable {
    /// The name, unique in the checkpoint.
    public var name: String
    /// The type of the elements.
    public var type: ElementType
    /// The extent of each dimension, the slowest first; empty for a single number.
    public var shape: [Int]
    /// Where the bytes lie, from the start of the file.
    public var bytes: Range<Int>

    /// A tensor at a place of a file.
    public init(name: String, type: ElementType, shape: [Int], bytes: Range<Int>) {
        self.name = name
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    /// The number of elements.
    public var elementCount: Int { shape.reduce(1, *) }
}

extension String {
    /// Whether this comes before another text in the order of their UTF-8 bytes, which is Python's order too.
    func comesBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
