import MessagePassing

/// What one rank simulates at a stretch: some steps of one kind of pass.
///
/// Steps are cut into blocks of a fixed length, so that sums over steps are made in the same order for every number of
/// ranks: within a block on one rank, over blocks by the coordinator.
struct WorkUnit {
    /// Steps of a block.
    static let blockLength = 32

    /// An index of ``PhaseLayout/kinds``.
    var kind: Int
    /// The steps.
    var steps: Range<Int>

    /// All units of a phase, kind by kind, step by step.
    static func all(kinds: Int, steps: Int) -> [WorkUnit] {
        (0..<kinds).flatMap { kind in
            stride(from: 0, to: steps, by: blockLength).map {
                WorkUnit(kind: kind, steps: $0..<min(steps, $0 + blockLength))
            }
        }
    }

    /// The units of a rank: contiguous ones, of as few kinds as can be.
    static func own(_ units: [WorkUnit], rank: Int, ranks: Int) -> ArraySlice<WorkUnit> {
        units[BlockPartition(units.count, into: ranks)[rank]]
    }
}
