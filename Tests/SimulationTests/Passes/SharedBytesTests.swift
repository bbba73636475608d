import Testing
import _SimulationTestSupport

@testable import Simulation

@Suite struct SharedBytesTests {
    @Test(arguments: 0..<50)
    func `Shares of chips and what is left over are all bytes`(seed: UInt64) {
        var generator = SeededGenerator(seed: 9900 + seed)
        let chips = generator.integer(1...9)
        var share = SharedBytes()
        var total = 0
        for _ in 0..<20 {
            let (bytes, times) = (generator.integer(0...100), generator.integer(1...5))
            share.add(bytes, sharedBy: chips, times: times)
            total += bytes * times
        }
        var twice = share
        twice.add(share)
        #expect(share.whole * chips + Int((share.fraction * Double(chips)).rounded()) == total, "seed \(seed)")
        #expect(twice.whole * chips + Int((twice.fraction * Double(chips)).rounded()) == 2 * total, "seed \(seed)")
        var thrice = SharedBytes()
        thrice.add(share, times: 3)
        #expect(thrice.whole * chips + Int((thrice.fraction * Double(chips)).rounded()) == 3 * total)
        #expect(share.fraction < 1)
    }
}
