/// A division of 0 ..< `count` into contiguous blocks whose lengths differ by one at most, the longer ones first.
///
/// Block b of p has count / p + (b < count mod p ? 1 : 0) elements.
public struct BlockPartition: Hashable, Sendable {
    /// The number of elements.
    public let count: Int
    /// The number of blocks.
    public let blocks: Int

    /// Divides that many elements into that many blocks; blocks beyond the elements are empty.
    ///
    /// - Precondition: `count` is not negative and `blocks` is positive.
    public init(_ count: Int, into blocks: Int) {
        precondition(count >= 0 && blocks > 0, "\(count) elements cannot be divided into \(blocks) blocks")
        self.count = count
        self.blocks = blocks
    }

    /// The elements of a block.
    public subscript(block: Int) -> Range<Int> {
        precondition((0..<blocks).contains(block), "there is no block \(block) of \(blocks)")
        let (quotient, remainder) = count.quotientAndRemainder(dividingBy: blocks)
        let start = block * quotient + min(block, remainder)
        return start..<start + quotient + (block < remainder ? 1 : 0)
    }

    /// The block of an element.
    public func block(of element: Int) -> Int {
        precondition((0..<count).contains(element), "there is no element \(element) of \(count)")
        let (quotient, remainder) = count.quotientAndRemainder(dividingBy: blocks)
        let inLongBlocks = remainder * (quotient + 1)
        return element < inLongBlocks
            ? element / (quotient + 1) : remainder + (element - inLongBlocks) / quotient
    }
}
