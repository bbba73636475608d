import Units

/// The PEs of a chip: equal clusters that are put side by side along outputs or tokens as each GEMM needs.
public struct ProcessingArray: Sendable {
    /// What a PE multiplies.
    public let kind: ProcessingElementKind
    /// Number of clusters.
    public let clusters: Int
    /// PEs of a cluster along the outputs.
    public let clusterRows: Int
    /// PEs of a cluster along the tokens.
    public let clusterColumns: Int
    /// Weights that a PE takes in one step.
    public let lanes: Int
    /// Cycles to fill and drain the PE pipeline, charged once per tile.
    public let fillCycles: Int
    /// Cycles of one bit-serial group scaling; 0 where the PE has no such unit.
    public let dequantiseCycles: Int
    /// Energy of one active PE for one cycle, after layout.
    public let energyPerActiveCycle: Picojoules
    /// Energy of adding one group's partial sum to an output in FP32.
    public let accumulateEnergy: Picojoules
    /// Share of the active energy that an idle, clock-gated PE takes.
    public let idleFraction: Double
    /// Area of PEs and encoders after layout.
    public let areaSquareMicrometers: Double

    /// Number of PEs.
    public var elements: Int { clusters * clusterRows * clusterColumns }

    /// The shapes the array can take: every way to put the clusters in a rectangle, tallest first.
    ///
    /// The paper's 64 x 16 (decode) and 32 x 32 (prefill) are two of the five of 16 clusters of 8 x 8.
    public var arrangements: [Arrangement] {
        (1...clusters).filter { clusters.isMultiple(of: $0) }.map { across in
            Arrangement(rows: clusters / across * clusterRows, columns: across * clusterColumns)
        }
    }
}

/// One shape of the PE array for one GEMM.
public struct Arrangement: Hashable, Sendable {
    /// Outputs worked on at the same time.
    public let rows: Int
    /// Tokens worked on at the same time.
    public let columns: Int
}
