import Testing
import Units
import _SimulationTestSupport

@testable import Simulation

@Suite struct SegmentTimingTests {
    private func ends(_ counts: [[Int]]) -> [[Picoseconds]] { counts.map { $0.map(Picoseconds.init) } }

    @Test func `Without an exchange a segment lasts as long as its slowest chip`() {
        let timing = SegmentTiming(ends: ends([[5], [9], [7]]))
        #expect(timing.duration == Picoseconds(9) && timing.communication == .zero)
    }

    @Test func `An exchange counts from its first arrival and is told who comes late`() {
        var seen: [Picoseconds]?
        let timing = SegmentTiming(ends: ends([[5], [9], [7]])) { _, arrivals in
            seen = arrivals
            return Picoseconds(4 + 10)
        }
        #expect(seen == [Picoseconds(0), Picoseconds(4), Picoseconds(2)])
        #expect(timing.duration == Picoseconds(19))
        #expect(timing.communication == Picoseconds(10) && timing.exposedCommunication == Picoseconds(10))
    }

    @Test func `Parts of an exchange hide behind the work that is left`() {
        // Work ends at 10, 20, 30; each part takes 4: only the last sticks out.
        let hidden = SegmentTiming(ends: ends([[10, 20, 30]])) { _, arrivals in
            #expect(arrivals == nil)
            return Picoseconds(4)
        }
        #expect(hidden.duration == Picoseconds(34) && hidden.exposedCommunication == Picoseconds(4))
        #expect(hidden.communication == Picoseconds(12))
        // Each takes 15: they queue up, 10 + 3 * 15.
        let exposed = SegmentTiming(ends: ends([[10, 20, 30]])) { _, _ in Picoseconds(15) }
        #expect(exposed.duration == Picoseconds(55) && exposed.exposedCommunication == Picoseconds(25))
    }

    @Test(arguments: 0..<200)
    func `Overlap lies between the longer of work and exchange, and their sum`(seed: UInt64) {
        var generator = SeededGenerator(seed: 9800 + seed)
        let parts = generator.integer(1...6)
        let chips = (0..<generator.integer(1...4)).map { _ in
            (0..<parts).map { _ in generator.integer(0...30) }.reduce(into: [Int]()) { $0.append(($0.last ?? 0) + $1) }
        }
        let times = (0..<parts).map { _ in generator.integer(0...30) }
        let timing = SegmentTiming(ends: ends(chips)) { part, arrivals in
            (arrivals?.max() ?? .zero) + Picoseconds(times[part])
        }
        let work = chips.compactMap(\.last).max() ?? 0
        let total = times.reduce(0, +)
        #expect(timing.duration.count >= max(work, total), "seed \(seed)")
        #expect(timing.duration.count <= work + total, "seed \(seed)")
        #expect(timing.communication.count == total)
        #expect(timing.exposedCommunication <= timing.communication)
        if parts == 1 { #expect(timing.duration.count == work + total) }
    }
}
