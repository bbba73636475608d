import Testing
import Units

@Suite struct FrequencyTests {
    @Test func `At 1 GHz a cycle is exactly 1000 ps`() {
        let clock = Frequency(hertz: 1e9)
        #expect(clock.duration(of: Cycles(3)) == Picoseconds(3000))
        #expect(clock.cycles(covering: Picoseconds(3000)) == Cycles(3))
        #expect(clock.cycles(covering: Picoseconds(3001)) == Cycles(4))
    }

    @Test func `A period that is no whole number of picoseconds is rounded up once per span`() {
        let clock = Frequency(hertz: 1.4e9)
        #expect(clock.duration(of: Cycles(7)) == Picoseconds(5000))
        #expect(clock.duration(of: Cycles(1)) == Picoseconds(715))
    }
}
