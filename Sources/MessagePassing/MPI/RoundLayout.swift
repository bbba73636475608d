/// How ragged data of all ranks moves in rounds that each fit the library's 32-bit counts.
///
/// In every round each rank moves at most `limit / ranks` bytes of its data, so that a round's sum fits the limit.
/// Nearly always there is one round.
package struct RoundLayout {
    /// The bytes that go to or come from each rank.
    package let counts: [Int]
    /// The bytes of one rank in one round.
    package let roundBytes: Int

    /// - Parameters:
    ///   - counts: bytes by rank.
    ///   - largest: the most bytes that any rank moves; the same on all ranks, so that they do as many rounds.
    ///   - limit: bytes that all ranks together may move in one round.
    package init(_ counts: [Int], largest: Int, limit: Int) {
        self.counts = counts
        roundBytes = max(limit / max(counts.count, 1), 1)
        rounds = max((largest + roundBytes - 1) / roundBytes, 1)
    }

    /// The number of rounds, at least 1.
    package let rounds: Int

    /// The part of a rank's data that moves in a round.
    package func range(of rank: Int, in round: Int) -> Range<Int> {
        let start = min(round * roundBytes, counts[rank])
        return start..<min(start + roundBytes, counts[rank])
    }

    /// Each rank's bytes in a round, as the library takes them.
    package func counts(in round: Int) -> [Int32] { counts.indices.map { Int32(range(of: $0, in: round).count) } }

    /// Where each rank's bytes of a round lie, one after the other.
    package func displacements(in round: Int) -> [Int32] { Self.starts(counts(in: round)) }

    /// Where each rank's data lies when all is together.
    package var offsets: [Int] { Self.starts(counts) }

    /// All bytes.
    package var total: Int { counts.reduce(0, +) }

    /// The sums of all numbers before each.
    private static func starts<I: FixedWidthInteger>(_ counts: [I]) -> [I] {
        var sum: I = 0
        return counts.map { count in
            defer { sum += count }
            return sum
        }
    }
}
