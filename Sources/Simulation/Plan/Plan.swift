import Workload

/// How a model is divided over the chips of a system.
///
/// Chip `stage * tensorParallel + index` holds shard `index` of the layers of `stage`. The coordinator makes the plan and
/// broadcasts it; it does not depend on the number of ranks.
public struct Plan: Hashable, Sendable, Codable {
    /// The layers of one pipeline stage.
    public struct Stage: Hashable, Sendable, Codable {
        /// The first layer.
        public var firstLayer: Int
        /// Number of layers.
        public var layers: Int

        /// The layers.
        public var range: Range<Int> { firstLayer..<firstLayer + layers }
    }

    /// A kind of chip: chips of one class do the same work.
    public struct ChipClass: Hashable, Sendable, Codable {
        /// The pipeline stage.
        public var stage: Int
        /// The shard of each layer.
        public var shard: ShardShape
    }

    /// Chips side by side on each layer.
    public var tensorParallel: Int
    /// The pipeline stages in order.
    public var stages: [Stage]
    /// The shards of a layer, by index in the tensor-parallel group.
    public var shards: [ShardShape]

    /// Number of pipeline stages.
    public var pipelineParallel: Int { stages.count }

    /// Number of chips.
    public var chips: Int { tensorParallel * stages.count }

    /// The pipeline stage of a chip.
    public func stage(of chip: Int) -> Int { chip / tensorParallel }

    /// The shard of a chip.
    public func shard(of chip: Int) -> ShardShape { shards[chip % tensorParallel] }

    /// The distinct kinds of chip in order of their first chip, and the class of every chip.
    public func classes() -> (classes: [ChipClass], classOfChip: [Int]) {
        var classes: [ChipClass] = []
        var indices: [ChipClass: Int] = [:]
        var classOfChip: [Int] = []
        classOfChip.reserveCapacity(chips)
        for chip in 0..<chips {
            let key = ChipClass(stage: stage(of: chip), shard: shard(of: chip))
            if let index = indices[key] {
                classOfChip.append(index)
            } else {
                indices[key] = classes.count
                classOfChip.append(classes.count)
                classes.append(key)
            }
        }
        return (classes, classOfChip)
    }

    /// The chips that a rank simulates: contiguous blocks, the first ranks take what does not divide evenly.
    public static func chips(ofRank rank: Int, ranks: Int, chips: Int) -> Range<Int> {
        let (each, extra) = chips.quotientAndRemainder(dividingBy: ranks)
        let start = rank * each + min(rank, extra)
        return start..<start + each + (rank < extra ? 1 : 0)
    }
}
