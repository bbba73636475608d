import Testing
import Units
import _SimulationTestSupport

@testable import Accelerator

@Suite struct ChipTests {
    @Test(arguments: [
        ("bitmod", 1024, 2048.0), ("fp16", 768, 768), ("ant", 1024, 1024), ("olive", 1152, 1152),
        ("bitmod-hbm3", 16384, 32768),
    ])
    func `PEs and peak rate are those of the paper`(name: String, elements: Int, peak: Double) throws {
        let chip = Chip(try #require(AcceleratorPresets.named(name)))
        #expect(chip.array.elements == elements)
        #expect(chip.peakMACsPerCycle(cyclesPerStep: chip.array.kind == .bitSerial ? 2 : 1) == peak)
        #expect(chip.clock == Frequency(hertz: 1e9))
    }

    @Test func `The array of the paper stands 32 x 32 in prefill and 64 x 16 in decode`() {
        let shapes = Chip(AcceleratorPresets.bitmod).array.arrangements
        #expect(
            shapes.contains(Arrangement(rows: 32, columns: 32)) && shapes.contains(Arrangement(rows: 64, columns: 16)))
        #expect(shapes.count == 5)
        #expect(shapes.allSatisfy { $0.rows * $0.columns == 1024 })
        let fp16 = Chip(AcceleratorPresets.fp16).array.arrangements
        #expect(fp16.contains(Arrangement(rows: 32, columns: 24)) && fp16.contains(Arrangement(rows: 64, columns: 12)))
    }

    @Test func `Area is PEs and encoders after layout, buffers and vector unit, added by hand`() {
        let chip = Chip(AcceleratorPresets.bitmod)
        let array = 1.5 * (1507.7 * 1024 + 2419 * 16)
        let buffers = 1.601896e6 + 1.570672e6
        let vector = 64 * 1968.7 + 16 * 942
        #expect(abs(chip.areaSquareMillimeters - (array + buffers + vector) / 1e6) < 1e-9)
        let fp16 = Chip(AcceleratorPresets.fp16)
        #expect(abs(fp16.array.areaSquareMicrometers - 1.5 * 1968.7 * 768) < 1e-6)
    }

    @Test func `Arrays of the paper take about the same area`() throws {
        // PUBLISHED-MODEL.md section 2: 1.512, 1.350, 1.519, 1.544 mm2 before layout; encoders excluded.
        for (name, expected) in [("fp16", 1.512), ("ant", 1.350), ("olive", 1.519), ("bitmod", 1.544)] {
            let description = try #require(AcceleratorPresets.named(name))
            let area = Double(Chip(description).array.elements) * description[.arrayArea] / 1e6
            #expect(abs(area - expected) < 0.0006, "\(name): \(area)")
        }
    }
}

@Suite struct DRAMTests {
    private func dram(_ constants: [String: String]) throws -> DRAM {
        var description = AcceleratorPresets.bitmod
        for (key, value) in constants { try description.override(key, with: value, option: "test") }
        return Chip(description).dram
    }

    @Test(arguments: [0, 1, 31, 32, 33, 64, 1 << 20, (1 << 40) + 1, 1_000_000_000_000_001])
    func `Without refresh 32 bytes take one cycle, rounded up, whatever the amount`(bytes: Int) throws {
        let dram = try dram(["dram.refresh-time": "0 ps"])
        #expect(dram.busCycles(for: bytes) == (bytes + 31) / 32)
    }

    /// The rate is kept as a multiple of 2^-32 cycles per byte; the product with the bytes must then be exact.
    @Test(arguments: 0..<20)
    func `Bus cycles are the exact product with the sustained rate, rounded up`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bandwidth = generator.pick([1e6, 3.1e9, 32e9, 819.2e9, 1e13])
        let clock = generator.pick([1e8, 1e9, 1.7e9])
        let refresh = Double(generator.integer(0...3_000_000))
        let dram = try dram([
            "dram.bandwidth": "\(bandwidth) B/s", "clock": "\(clock) Hz", "dram.refresh-time": "\(refresh) ps",
        ])
        let perByte = UInt64((clock / (bandwidth * (1 - refresh / 7_800_000)) * 4_294_967_296).rounded(.up))
        for _ in 0..<200 {
            let bytes = generator.integer(0...1 << generator.integer(1...44))
            // Long multiplication in 32-bit digits, independent of the full-width product.
            let low = UInt64(bytes & 0xFFFF_FFFF) * (perByte & 0xFFFF_FFFF)
            let middle = UInt64(bytes >> 32) * (perByte & 0xFFFF_FFFF) + UInt64(bytes & 0xFFFF_FFFF) * (perByte >> 32)
            let high = UInt64(bytes >> 32) * (perByte >> 32)
            let whole = (high << 32) + middle + low >> 32
            let expected = whole + (low & 0xFFFF_FFFF > 0 ? 1 : 0)
            #expect(dram.busCycles(for: bytes) == Int(expected), "seed \(seed), \(bytes) bytes, \(perByte) per byte")
        }
    }

    @Test func `Refresh takes its share of the rate`() throws {
        let dram = try dram(["dram.refresh-time": "780 ns", "dram.refresh-interval": "7.8 us"])
        #expect(dram.refreshShare == 0.1)
        let cycles = dram.busCycles(for: 32 * 9_000_000)
        #expect((10_000_000...10_000_001).contains(cycles), "\(cycles)")
    }

    @Test func `Runs are rounded up to whole bursts, each of them`() throws {
        let dram = try dram([:])
        #expect(dram.moved(runs: 1, of: 64) == 64 && dram.moved(runs: 1, of: 65) == 128)
        #expect(dram.moved(runs: 10, of: 1) == 640 && dram.moved(runs: 0, of: 100) == 0)
    }

    @Test func `Access latency is rounded up to cycles`() throws {
        #expect(try dram(["dram.latency": "60 ns"]).latencyCycles == 60)
        #expect(try dram(["dram.latency": "60001 ps"]).latencyCycles == 61)
    }

    @Test func `Split energy opens a row per run and per row crossed; flat energy counts bits only`() {
        let flat = Chip(AcceleratorPresets.bitmod).dram
        #expect(flat.energy(moving: 1000, runs: 50, isWrite: true) == Picojoules(18.75 * 8000))
        let split = Chip(AcceleratorPresets.bitmodHBM3).dram
        let bits = 3.5 * 8 * 4096
        #expect(split.energy(moving: 4096, runs: 1, isWrite: false) == Picojoules(909 * 4 + bits))
        #expect(split.energy(moving: 4096, runs: 9, isWrite: false) == Picojoules(909 * 9 + bits))
        #expect(split.energy(moving: 0, runs: 0, isWrite: false) == .zero)
    }
}
