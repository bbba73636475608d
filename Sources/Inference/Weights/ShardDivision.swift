import MessagePassing
import Workload

/// Which part of every layer each chip holds: a function of model, group size and chips, never of ranks.
///
/// Attention is divided by key and value heads. The output projection and the feed-forward network are divided along
/// their inner dimension at the borders of quantisation groups, so that every chip makes a partial sum of all outputs;
/// the head is divided by rows.
struct ShardDivision: Sendable {
    let shape: TransformerModel
    let groupSize: Int
    let chips: Int

    /// The key and value heads of a chip.
    func keyValueHeads(chip: Int) -> Range<Int> { BlockPartition(shape.kvHeads, into: chips)[chip] }

    /// The groups of attention outputs that a chip multiplies with its columns of the output projection.
    func outputGroups(chip: Int) -> Range<Int> { groups(of: shape.queryDimension, chip) }

    /// The groups of the feed-forward network's inner dimension.
    func feedForwardGroups(chip: Int) -> Range<Int> { groups(of: shape.intermediateSize, chip) }

    /// The rows of the head.
    func vocabularyRows(chip: Int) -> Range<Int> { BlockPartition(shape.vocabularySize, into: chips)[chip] }

    /// The columns of groups.
    func columns(_ groups: Range<Int>, of width: Int) -> Range<Int> {
        min(groups.lowerBound * groupSize, width)..<min(groups.upperBound * groupSize, width)
    }

    private func groups(of width: Int, _ chip: Int) -> Range<Int> {
        BlockPartition((width + groupSize - 1) / groupSize, into: chips)[chip]
    }
}
