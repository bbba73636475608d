import MessagePassing
import Testing

@Suite struct RoundLayoutTests {
    @Test func `What fits moves in one round`() {
        let layout = RoundLayout([3, 0, 5], largest: 5, limit: 15)
        #expect(layout.rounds == 1)
        #expect(layout.counts(in: 0) == [3, 0, 5])
        #expect(layout.displacements(in: 0) == [0, 3, 3])
        #expect(layout.offsets == [0, 3, 3])
        #expect(layout.total == 8)
    }

    @Test func `One byte more than the limit takes another round`() {
        let layout = RoundLayout([3, 0, 6], largest: 6, limit: 15)
        #expect(layout.rounds == 2)
        #expect(layout.counts(in: 0) == [3, 0, 5])
        #expect(layout.counts(in: 1) == [0, 0, 1])
        #expect(layout.range(of: 2, in: 1) == 5..<6)
    }

    @Test func `No round moves more than 32-bit counts can tell`() {
        let large = 5 << 30
        let layout = RoundLayout([large, large, 1], largest: large, limit: 1 << 30)
        #expect(layout.rounds == 16)
        for round in 0..<layout.rounds {
            #expect(layout.counts(in: round).reduce(0) { $0 + Int($1) } <= 1 << 30)
        }
        #expect((0..<layout.rounds).reduce(0) { $0 + layout.range(of: 1, in: $1).count } == large)
        #expect(layout.offsets == [0, large, 2 * large])
    }

    @Test func `Ranks with nothing still take part in every round`() {
        let layout = RoundLayout([0, 0], largest: 7, limit: 4)
        #expect(layout.rounds == 4)
        #expect(layout.counts(in: 3) == [0, 0])
    }
}
