import Accelerator
import Documents
import Fabric
import Foundation
import Quantization
import Simulation
import Workload

/// The options of a simulation in tile fidelity, on their way to a request.
struct RequestOptions {
    let model: TransformerModel
    let system: SystemOptions
    let workload: WorkloadOptions

    /// Resolves the request, checks it as a whole and plans.
    func resolve(ranks: Int) throws -> (request: RunRequest, plan: Plan) {
        let request = try request(ranks: ranks)
        try request.validate()
        return (request, try Planner(request).plan())
    }

    /// Reads all files and fills in all defaults, so that nothing is left to look up.
    func request(ranks: Int) throws -> RunRequest {
        let accelerator = try Self.accelerator(system.accelerator ?? "bitmod", overrides: system.overrides)
        let kind = accelerator.processingElement
        let defaultScheme = accelerator.name == "olive" ? "olive-4b" : kind.defaultScheme
        var scheme = try namedScheme(workload.scheme ?? defaultScheme, option: "--scheme")
        if let size = workload.groupSize {
            do { scheme = try scheme.with(groupSize: size) } catch {
                throw InputError(.usage, key: "--group-size", problem: "\(error)")
            }
        }
        try Self.check(weightBits: workload.weightBits)
        let sumBits = workload.partialSumBits ?? 32
        guard sumBits == 32 || sumBits == 16 else {
            throw InputError(.usage, key: "--partial-sum-bits", problem: "found \(sumBits)", expected: "32 or 16")
        }
        var fabric = try InputFiles.fabric(system.topology ?? "ring")
        try system.network.apply(to: &fabric.assumptions)
        var headScheme = try workload.headScheme.map { try namedScheme($0, option: "--head-scheme") }
        // Their papers leave the head in FP16, which the PEs do not take; INT8 comes next.
        if headScheme == nil, scheme.isMethod { headScheme = try namedScheme("int8", option: "--head-scheme") }
        return try RunRequest(
            model: model, accelerator: accelerator, scheme: scheme, weightBits: workload.weightBits,
            headScheme: headScheme,
            kvScheme: namedScheme(workload.kvScheme ?? kind.defaultKVScheme, option: "--kv-scheme"),
            chips: system.chips ?? fabric.chips ?? ranks, fabric: fabric,
            parallelism: ParallelismRequest(system.parallel ?? "auto"),
            gemmPartition: GEMMPartition(system.gemmPartition ?? "1d"), microBatches: system.microBatches,
            overlapChunks: system.overlapChunks ?? 1, expertLoad: expertLoad(),
            objective: objective(), promptTokens: workload.prompt ?? 256,
            generatedTokens: workload.generate ?? 256, batch: workload.batch ?? 1,
            headPositions: workload.headPositions ?? .last, partialSumBits: sumBits,
            mappingObjective: workload.mappingObjective ?? .latency,
            tileSimulation: workload.tileSimulation ?? .fast)
    }

    private func objective() throws -> PlanObjective {
        guard system.optimize == nil || (system.parallel ?? "auto") == "auto" else {
            throw InputError(
                .usage, key: "--optimize", problem: "--parallel \(system.parallel ?? "") leaves nothing to choose",
                expected: "--parallel auto, or no --optimize")
        }
        return system.optimize ?? .latency
    }

    private func expertLoad() throws -> ExpertLoadRequest {
        guard system.expertSeed == nil || system.expertSkew != nil else {
            throw InputError(.usage, key: "--expert-seed", problem: "belongs to --expert-skew")
        }
        guard let skew = system.expertSkew else {
            return try system.expertLoad.map { try ExpertLoadRequest(text: InputFiles.read($0), file: $0) } ?? .uniform
        }
        guard system.expertLoad == nil else {
            throw InputError(
                .usage, key: "--expert-skew", problem: "--expert-load says already how popular experts are",
                expected: "one of the two")
        }
        guard skew >= 0, skew <= 10 else {
            throw InputError(
                .usage, key: "--expert-skew", problem: "found \(skew)", expected: "an exponent from 0 to 10")
        }
        return .zipf(exponent: skew, seed: system.expertSeed ?? 0)
    }

    /// An accelerator by name or file, with some of its constants replaced.
    static func accelerator(_ name: String, overrides: [String]) throws -> AcceleratorDescription {
        var accelerator = try InputFiles.accelerator(name)
        for override in overrides {
            guard let split = override.firstIndex(of: "=") else {
                throw InputError(
                    .usage, key: "--set", problem: "found \"\(override)\"",
                    expected: "KEY=VALUE such as \"dram.bandwidth=64 GB/s\"")
            }
            try accelerator.override(
                override[..<split].trimmingCharacters(in: .whitespaces),
                with: String(override[override.index(after: split)...]), option: "--set")
        }
        return accelerator
    }

    private func namedScheme(_ name: String, option: String) throws -> Scheme {
        do { return try Scheme.named(name) } catch {
            throw InputError(.usage, key: option, problem: "\(error)", expected: "a scheme of: show schemes")
        }
    }

    static func check(weightBits: Double?) throws {
        guard let bits = weightBits, !(1...16).contains(bits) else { return }
        throw InputError(.usage, key: "--weight-bits", problem: "found \(bits)", expected: "a number from 1 to 16")
    }
}
