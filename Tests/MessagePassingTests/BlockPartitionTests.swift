import MessagePassing
import Testing

@Suite struct BlockPartitionTests {
    @Test func `The first blocks take the remainder`() {
        let partition = BlockPartition(10, into: 4)
        #expect((0..<4).map { partition[$0] } == [0..<3, 3..<6, 6..<8, 8..<10])
    }

    @Test func `Blocks beyond the elements are empty`() {
        #expect((0..<4).map { BlockPartition(2, into: 4)[$0] } == [0..<1, 1..<2, 2..<2, 2..<2])
        #expect(BlockPartition(0, into: 3)[2].isEmpty)
    }

    @Test(arguments: 0...20, 1...9)
    func `Blocks follow each other without a gap and know their elements`(count: Int, blocks: Int) {
        let partition = BlockPartition(count, into: blocks)
        var next = 0
        for block in 0..<blocks {
            #expect(partition[block].lowerBound == next)
            for element in partition[block] { #expect(partition.block(of: element) == block) }
            next = partition[block].upperBound
        }
        #expect(next == count)
    }
}
