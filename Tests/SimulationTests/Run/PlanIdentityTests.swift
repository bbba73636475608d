import Accelerator
import Fabric
import Testing
import Units
import Workload
import _SimulationTestSupport

@testable import Simulation

/// What different divisions of the same work must have in common.
@Suite struct PlanIdentityTests {
    private func run(
        _ model: String, _ parallel: String, batch: Int = 1, prompt: Int = 24, generate: Int = 3,
        _ change: (inout RunRequest) -> Void = { _ in }
    ) throws -> RunResult {
        guard case .explicit(let degrees) = try ParallelismRequest(parallel) else { preconditionFailure("a plan") }
        var request = try RunRequest.sample(
            model, chips: degrees.chips, parallel: parallel, prompt: prompt, generate: generate, batch: batch)
        change(&request)
        return try request.run()
    }

    private func macs(_ result: RunResult) -> Int { result[.prefill].total.macs + result[.decode].total.macs }

    private func weights(_ result: RunResult) -> Int {
        result.classOfChip.reduce(0) { $0 + result.memory[$1].weights.count }
    }

    @Test(arguments: ["tp1", "pp3", "dp2", "tp1,pp2,dp2"])
    func `Without a second chip for a layer there is nothing to exchange in it`(parallel: String) throws {
        let result = try run("gpt2", parallel, batch: 2)
        let communication = result[.decode].total.communication
        #expect((communication == .zero) == !parallel.contains("pp"))
        #expect(result[.decode].total.bubble == .zero || parallel.contains("pp"))
    }

    @Test func `A grid of one chip is no grid`() throws {
        let plain = try run("gpt2", "tp1")
        let grid = try run("gpt2", "tp1") { $0.gemmPartition = .square }
        #expect(plain.memory == grid.memory)
        for phase in PhaseStep.Phase.allCases {
            let (one, other) = (plain[phase], grid[phase])
            #expect(one.latency == other.latency && one.total.macs == other.total.macs)
            #expect(one.total.dramReadBytes == other.total.dramReadBytes && other.total.communicationTotal == .zero)
            let energy = one.total.energy.total.value
            #expect(abs(energy - other.total.energy.total.value) <= 1e-12 * energy)
        }
    }

    @Test(arguments: ["tp1", "tp3", "pp2", "tp2,pp2"])
    func `Replicas with a sequence each take as long as one, and as much energy each`(parallel: String) throws {
        let one = try run("gpt2", parallel)
        let three = try run("gpt2", parallel + ",dp3", batch: 3)
        for phase in PhaseStep.Phase.allCases {
            #expect(one[phase].latency == three[phase].latency)
            #expect(one[phase].chips == three[phase].chips)
            #expect(three[phase].total.macs == 3 * one[phase].total.macs)
            #expect(three[phase].total.linkBytes == one[phase].total.linkBytes * 3)
        }
        #expect(weights(three) == 3 * weights(one))
    }

    @Test func `A replica with fewer sequences waits for the others`() throws {
        let result = try run("gpt2", "dp2", batch: 5)
        #expect(result.plan.batches == [3, 2] && result.classes.count == 2)
        let (large, small) = (result[.decode].chips[0], result[.decode].chips[1])
        #expect(large.idle == .zero && small.idle > .zero && large.latency == small.latency)
        #expect(try result[.decode].latency == run("gpt2", "tp1", batch: 3)[.decode].latency)
    }

    @Test(arguments: ["tp2,sp", "tp5,sp", "tp3,pp2,sp", "tp2,pp2,dp2,sp"], ["gpt2", "phi-2", "smollm2-135m"])
    func `Sequence parallelism does the same products with fewer bytes on links in prefill`(
        parallel: String, model: String
    ) throws {
        let divided = try run(model, parallel, batch: 4, prompt: 30)
        let plain = try run(model, parallel.replacing(",sp", with: ""), batch: 4, prompt: 30)
        #expect(macs(divided) == macs(plain) && weights(divided) == weights(plain))
        #expect(divided[.prefill].total.linkBytes < plain[.prefill].total.linkBytes)
        #expect(divided[.prefill].total.vector < plain[.prefill].total.vector)
    }

    @Test(arguments: ["2d", "2d:1x6", "2d:6x1", "2d:2x3", "2d:3x2"], ["gpt2", "phi-2", "smollm2-135m", "pythia-1b"])
    func `Blocks of a grid together are the whole matrices`(partition: String, model: String) throws {
        guard ModelRegistry.all.contains(where: { $0.name == model }) else { return }
        let whole = try run(model, "tp1")
        let grid = try run(model, "tp6") { $0.gemmPartition = (try? GEMMPartition(partition)) ?? .oneDimensional }
        let shape = try ModelRegistry.model(named: model)
        let blocks = grid.plan.seats.compactMap(\.block)
        #expect(blocks.count == 6)
        let rows = blocks[0].rows
        // Columns that share a KV head each compute its keys and values.
        let columns = stride(from: 0, to: 6, by: rows).map { blocks[$0] }
        let copied = columns.reduce(0) { $0 + $1.kvHeads } - shape.kvHeads
        let tokens = 24 + 3
        let copies = 2 * copied * shape.headDimension * shape.hiddenSize * shape.layers
        #expect(macs(grid) == macs(whole) + copies * tokens, "\(model) \(partition)")
        let held = blocks.reduce(0) { sum, block in
            sum + shape.weightMatrices(block: block).reduce(0) { $0 + $1.outputs * $1.inputs * $1.count }
        }
        #expect(held * shape.layers == shape.blockLinearParameters + copies, "\(model) \(partition)")
        #expect(blocks.reduce(0) { $0 + $1.ownHiddenSize } == shape.hiddenSize)
        #expect(Double(weights(grid)) < Double(weights(whole)) * 1.1)
    }

    @Test(arguments: [
        "tp4,ep2", "tp4,ep4", "tp2,dp2,ep4", "dp4,ep4", "dp4,ep2", "tp2,dp4,ep8", "tp4,pp2,ep4,sp", "tp2,dp2,ep4,sp",
    ])
    func `Experts apart get every assignment once and are held once`(parallel: String) throws {
        let apart = try run("mixtral-8x7b", parallel, batch: 8)
        let plain = try run(
            "mixtral-8x7b", parallel.replacing(/,ep\d/, with: ""), batch: 8)
        let model = try ModelRegistry.model(named: "mixtral-8x7b")
        let plan = apart.plan
        // Chips of a group that send their own tokens score only these.
        let scored = plan.sendsTokens ? (plan.tensorParallel - 1) * 8 * model.hiddenSize * model.layers : 0
        // Without experts over replicas, each replica routes a batch of its own: the same number of assignments.
        #expect(macs(apart) == macs(plain) - scored * 8 * (24 + 3))
        let held = apart.classOfChip.reduce(0) { $0 + apart.classes[$1].seat.experts(of: 8) }
        let sharing = max(1, plan.tensorParallel / plan.expertParallel)
        let copies = plan.dataParallel / plan.replicasPerDomain * plan.pipelineParallel
        #expect(held == 8 * sharing * copies)
    }

    @Test func `Popular experts make their chip the slowest, and all others wait`() throws {
        let even = try run("mixtral-8x7b", "dp4,ep4", batch: 4)
        let skewed = try run("mixtral-8x7b", "dp4,ep4", batch: 4) { $0.expertLoad = .zipf(exponent: 2, seed: 1) }
        #expect(macs(even) == macs(skewed))
        #expect(skewed[.prefill].latency > even[.prefill].latency)
        #expect(skewed[.prefill].total.idle > even[.prefill].total.idle)
    }

    @Test(arguments: ["tp4", "tp3,pp2", "tp4,sp"])
    func `Overlap hides exchanges behind products and changes nothing else`(parallel: String) throws {
        let slow = Fabric.sample(.ring, bytesPerSecond: 4e9, latency: Picoseconds(4_000))
        let plain = try run("gpt2", parallel, prompt: 100) { $0.fabric = slow }
        let chunked = try run("gpt2", parallel, prompt: 100) {
            $0.fabric = slow
            $0.overlapChunks = 4
        }
        #expect(macs(plain) == macs(chunked))
        let (old, new) = (plain[.prefill].total, chunked[.prefill].total)
        #expect(old.linkBytes == new.linkBytes)
        #expect(new.communication < old.communication && new.communication < new.communicationTotal)
        #expect(chunked[.prefill].latency < plain[.prefill].latency)
    }

    @Test func `Micro-batches fill the pipeline`() throws {
        let one = try run("gpt2", "pp4", batch: 8, prompt: 64) { $0.microBatches = 1 }
        let four = try run("gpt2", "pp4", batch: 8, prompt: 64)
        #expect(four.plan.microBatches == 4 && macs(one) == macs(four))
        #expect(four[.prefill].latency < one[.prefill].latency)
        #expect(four[.prefill].total.bubble < one[.prefill].total.bubble)
    }
}
