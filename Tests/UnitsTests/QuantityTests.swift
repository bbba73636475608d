import Testing
import Units

@Suite struct QuantityTests {
    @Test(arguments: [
        ("64 GB/s", Dimension.bandwidth, 64e9), ("20 ns", .time, 20_000), ("0.5 pJ/bit", .energyPerBit, 0.5),
        ("512KiB", .bytes, 524_288), ("1 GHz", .frequency, 1e9), ("1.5e-3 s", .time, 1.5e9), ("0.1", .ratio, 0.1),
        ("1507.7 um2", .area, 1507.7), ("  8   bit ", .bits, 8), ("2E3 B", .bytes, 2000),
    ])
    func `A number with a unit reads as its value in the base unit`(text: String, dimension: Dimension, value: Double) {
        #expect(Quantity(text, as: dimension)?.value == value, "\(text)")
    }

    @Test(arguments: [
        ("64", Dimension.bandwidth), ("64 GB", .bandwidth), ("64 gb/s", .bandwidth), ("GB/s", .bandwidth),
        ("20 ns ns", .time), ("", .time), ("0.5 pJ", .energyPerBit), ("3 x", .ratio), ("1e B", .bytes),
        ("nan ps", .time), ("inf ps", .time), ("1e999 B", .bytes), ("--1 B", .bytes),
    ])
    func `A missing, wrong or trailing unit is refused`(text: String, dimension: Dimension) {
        #expect(Quantity(text, as: dimension) == nil, "\(text) as \(dimension)")
    }

    @Test func `The text of a quantity reads back as the same value`() {
        var generator = SystemIndependentGenerator(seed: 7)
        for dimension in Dimension.allCases {
            for _ in 0..<200 {
                let value = Double(generator.next() >> 20) * [1, 1e-3, 0.1][Int(generator.next() % 3)]
                let text = Quantity(value, dimension).text
                #expect(Quantity(text, as: dimension)?.value == value, "\(value) \(dimension) became \(text)")
            }
        }
    }

    @Test func `The text uses the unit a person would use`() {
        #expect(Quantity(32e9, .bandwidth).text == "32 GB/s")
        #expect(Quantity(524_288, .bytes).text == "512 KiB")
        #expect(Quantity(1e9, .frequency).text == "1 GHz")
        #expect(Quantity(0.56, .energy).text == "560 fJ" || Quantity(0.56, .energy).text == "0.56 pJ")
        #expect(Quantity(60_000, .time).text == "60 ns")
    }
}

/// SplitMix64, so that a failing case can be repeated.
struct SystemIndependentGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
