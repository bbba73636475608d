import Workload

/// How a model is divided over the chips of a system.
///
/// Chip `(replica * pipelineParallel + stage) * tensorParallel + index` holds the layers of `stage`, of each of them the
/// part of its ``Seat``. Replicas that share experts work in step and form a *domain*; without that, each replica is one.
/// The coordinator makes the plan and broadcasts it; it does not depend on the number of ranks.
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

    /// Degrees of parallelism.
    public var degrees: ParallelDegrees
    /// Rows and columns of the chips that divide a matrix both ways, or nil where it is divided one way.
    public var grid: Grid?
    /// The pipeline stages in order.
    public var stages: [Stage]
    /// What each chip of a stage of a domain holds, replica by replica.
    public var seats: [Seat]
    /// Sequences of each replica.
    public var batches: [Int]
    /// Parts of a replica's batch on their way through the pipeline at the same time.
    public var microBatches: Int
    /// Parts that an exchange and the product before it are cut into.
    public var overlapChunks: Int
    /// How the tokens of a step are spread over experts.
    public var routing: ExpertRouting
    /// What else an automatic plan could have been, best first.
    public var alternatives: [PlanFigures] = []

    /// Rows and columns of chips.
    public struct Grid: Hashable, Sendable, Codable {
        /// Chips of a column.
        public var rows: Int
        /// Chips of a row.
        public var columns: Int
    }

    /// Chips side by side on each layer.
    public var tensorParallel: Int { degrees.tensor }

    /// Number of pipeline stages.
    public var pipelineParallel: Int { stages.count }

    /// Replicas that share the batch.
    public var dataParallel: Int { degrees.data }

    /// Groups of chips over which experts are placed.
    public var expertParallel: Int { degrees.expert }

    /// Number of chips.
    public var chips: Int { degrees.chips }

    /// Replicas of a domain.
    public var replicasPerDomain: Int { seats.count / tensorParallel }

    /// Whether experts are placed over several replicas, so that tokens are sent to them and back.
    public var sendsTokens: Bool { expertParallel > tensorParallel }

    /// Number of domains.
    public var domains: Int { dataParallel / replicasPerDomain }

    /// The shards of a layer, by index in the tensor-parallel group.
    public var shards: [ShardShape] { seats.prefix(tensorParallel).map(\.shard) }

    /// The shards of a pruned layer, by index in the tensor-parallel group; empty where the model has none.
    public var prunedShards: [ShardShape] { seats.prefix(tensorParallel).compactMap(\.pruned?.shard) }

    /// The replica of a chip.
    public func replica(of chip: Int) -> Int { chip / (tensorParallel * stages.count) }

    /// The pipeline stage of a chip.
    public func stage(of chip: Int) -> Int { chip / tensorParallel % stages.count }

    /// The chip of a replica, a stage and an index in the tensor-parallel group.
    public func chip(replica: Int, stage: Int, index: Int) -> Int {
        (replica * stages.count + stage) * tensorParallel + index
    }

    /// The shard of a chip.
    public func shard(of chip: Int) -> ShardShape { seats[seat(of: chip)].shard }

    /// The position of a chip among the seats of its domain.
    public func seat(of chip: Int) -> Int {
        replica(of: chip) % replicasPerDomain * tensorParallel + chip % tensorParallel
    }

    /// The sequences of each replica of a domain.
    public func batches(ofDomain domain: Int) -> [Int] {
        Array(batches[domain * replicasPerDomain..<(domain + 1) * replicasPerDomain])
    }
}
