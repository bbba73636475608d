import Accelerator
import Execution
import Quantization
import Testing
import Workload
import _SimulationTestSupport

@testable import Simulation

/// What functional execution counts is what the timing model counts: two programs, one number.
@Suite struct FunctionalCountsTests {
    private static let schemes = Scheme.all.filter { $0.cyclesPerStep != nil }.map(\.name)

    @Test(arguments: schemes)
    func `Cycles, bytes and PE energy of a product are those of the timing model`(name: String) throws {
        let request = try RunRequest.sample("gpt2", scheme: name)
        let chip = Chip(request.accelerator)
        let scheme = request.scheme
        // Whole groups, a ragged tail, fewer inputs than a group, and groups that are cut in front.
        for (outputs, inputs, place, tokens) in [
            (48, 256, 0, 3), (17, 200, 0, 1), (5, 36, 0, 9), (9, 256, 64, 2), (4, 40, 20, 1), (3, 300, 16, 2),
            (16, 1536, 0, 2),
        ] {
            let format = Formats(request).weights(.block, hasBias: false, inputs: inputs)
            let offset = place % scheme.groupSize
            var row = ExecutionCounts.GroupedRow(
                columns: offset + inputs, groupSize: scheme.groupSize, terms: try #require(scheme.cyclesPerStep))
            // Which blocks of SliM-LLM are the exceptions does not matter.
            for group in 0..<SliMBlocks.pairs(columns: inputs) { row.exceptions[group + 1] = scheme.exceptionalCycles }
            let counts = ExecutionCounts(
                row, scheme: scheme, rows: outputs, columns: offset..<offset + inputs, tokens: tokens)
            let gemm = GEMM(
                outputs: outputs, inputs: inputs, inputOffset: offset, tokens: tokens, weights: format,
                isInputResident: true,
                isOutputResident: true)
            let cost = try #require(MappingSearch(chip: chip).best(for: gemm)).cost
            #expect(
                counts.activeElementCycles == cost.activeElementCycles, "\(name) \(outputs) x \(inputs) x \(tokens)")

            // The packed buffer holds one more piece of metadata than the rows: what belongs to the whole tensor.
            let storage = scheme.storage
            let bits = storage.bits(rows: outputs, columns: inputs, offset: offset) - storage.tensorBits
            let rowBytes = format.bytes(rows: outputs, columns: inputs, offset: offset, withRowMetadata: true)
            #expect(cost.operandBytes == rowBytes, "\(name) \(outputs) x \(inputs)")
            #expect((bits + 7) / 8 == rowBytes, "\(name) \(outputs) x \(inputs)")

            let groups = storage.groups(columns: inputs, offset: offset)
            let sums = outputs * tokens * groups
            var side = SideCounts()
            side.multiplyAdds = sums * scheme.multiplyAddsPerGroup
            side.additions = sums * scheme.shiftAddsPerGroup + tokens * inputs * scheme.groupSumAdditions
            side.integerAdditions =
                counts.activeElementCycles
                * (4 * scheme.maskedAccumulators + (scheme.sideUnits.contains(.wideAccumulator) ? 1 : 0))
            side.outliers = storage.outliers(rows: outputs, columns: inputs)
            side.outlierProducts = tokens * side.outliers
            #expect(side == cost.side, "\(name) \(outputs) x \(inputs) x \(tokens)")
            let energy =
                chip.array.energyPerActiveCycle.value * Double(counts.activeElementCycles)
                + chip.array.accumulateEnergy.value * Double(scheme.accumulatesPerGroup ? sums : 0)
                + chip.sideUnits.energy(of: side).value
            #expect(energy == cost.energy.pe.value, "\(name) \(outputs) x \(inputs) x \(tokens)")
        }
    }

    @Test func `Beside ShiftAddLLM's PEs there are three adders for every two, and nothing else`() throws {
        let area = try RunRequest.sample("gpt2", scheme: "shiftadd-3b").chip.areaSquareMillimeters
        let bare = try RunRequest.sample("gpt2", scheme: "bitmod-4b").chip.areaSquareMillimeters
        #expect(abs(area - bare - 1.5 * 512 * 3 * 1620 / 1e6) < 1e-9)
    }

    @Test func `A product that is really computed is counted the same`() throws {
        let request = try RunRequest.sample("gpt2", scheme: "bitmod-4b")
        let (rows, columns, tokens) = (32, 320, 2)
        var generator = SeededGenerator(seed: 3)
        let weights = (0..<rows * columns).map { _ in Float.random(in: -0.05...0.05, using: &generator) }
        let inputs = (0..<tokens * columns).map { _ in Float16(Float.random(in: -2...2, using: &generator)) }
        let tensor = try Quantizer(request.scheme).quantize(weights, rows: rows, columns: columns)
        let prepared = try #require(PreparedWeights(tensor))
        let product = try #require(ExactProduct(.reference))
        let output = product(prepared, PreparedActivations(inputs, tokens: tokens, layout: prepared.layout))
        #expect(output.count == rows * tokens && output.allSatisfy(\.isFinite))
        let gemm = GEMM(
            outputs: rows, inputs: columns, tokens: tokens,
            weights: Formats(request).weights(.block, hasBias: false, inputs: columns),
            isInputResident: true, isOutputResident: true)
        let cost = try #require(MappingSearch(chip: Chip(request.accelerator)).best(for: gemm)).cost
        #expect(ExecutionCounts(prepared, tokens: tokens).activeElementCycles == cost.activeElementCycles)
    }
}
