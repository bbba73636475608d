import Accelerator
import Documents
import Fabric
import Foundation
import Quantization
import Simulation
import Studies
import Workload

extension RunCommand {
    /// What a run turns out to be.
    enum Job {
        case distributed(DistributedRun)
        case published(PublishedRun)
    }

    /// Reads all files and fills in all defaults, so that nothing is left to look up.
    func resolve(ranks: Int) throws -> (Job, RunReporter) {
        let reporter = RunReporter(options: output)
        try reporter.check()
        switch try pointRequest(ranks: ranks) {
        case .published(let request): return (.published(try request.run()), reporter)
        case .tile(let request):
            try request.validate()
            let plan = try Planner(request).plan()
            let run = DistributedRun(
                request: request, plan: plan, detail: output.detail, timelines: reporter.timelines)
            return (.distributed(run), reporter)
        }
    }

    /// What is asked for, with all files read and all defaults filled in, but neither checked as a whole nor planned.
    ///
    /// - Parameter ranks: the number of chips where nothing says another.
    func pointRequest(ranks: Int = 1) throws -> PointRequest {
        let model = try pruning.applied(to: InputFiles.model(self.model))
        guard modelFidelity == .tile else { return .published(try publishedRequest(model)) }
        try refuse(
            [
                ("--task", published.task != nil), ("--context", published.context != nil),
                ("--pe-array", published.peArray != nil),
            ],
            because: "belongs to --model-fidelity published")
        return .tile(try RequestOptions(model: model, system: system, workload: workload).request(ranks: ranks))
    }

    private func refuse(_ options: [(name: String, isGiven: Bool)], because reason: String) throws {
        if let option = options.first(where: \.isGiven) {
            throw InputError(.usage, key: option.name, problem: reason)
        }
    }

    // MARK: Published fidelity

    private func publishedRequest(_ model: TransformerModel) throws -> PublishedRequest {
        try refuse(
            system.planOptions + [
                ("--chips", (system.chips ?? 1) != 1), ("--topology", system.topology != nil),
                ("--prune", pruning.isGiven), ("--algorithm and other network options", system.network.isGiven),
                ("--set", !system.overrides.isEmpty),
                ("--scheme", workload.scheme != nil), ("--group-size", workload.groupSize != nil),
                ("--head-scheme", workload.headScheme != nil), ("--kv-scheme", workload.kvScheme != nil),
                ("--prompt", workload.prompt != nil),
                ("--batch", (workload.batch ?? 1) != 1), ("--head-positions", workload.headPositions != nil),
                ("--partial-sum-bits", workload.partialSumBits != nil),
                ("--mapping-objective", workload.mappingObjective != nil),
                ("--tile-simulation", workload.tileSimulation != nil), ("--csv", output.csv != nil),
                ("--trace", output.trace != nil),
                ("--detail layers", output.detail == .layers),
            ], because: "is not part of the paper's model (one chip, one sequence); leave it out")
        let name = system.accelerator ?? "bitmod-lossy"
        guard PublishedAccelerator.named(name) != nil else {
            throw InputError(
                .usage, key: "--accelerator", problem: "found \"\(name)\" with --model-fidelity published",
                expected: "one of \(PublishedAccelerator.all.map(\.name).joined(separator: ", "))")
        }
        let task = published.task ?? .generative
        let steps = workload.generate ?? PublishedFigures.decodeSteps
        guard task == .generative || workload.generate == nil else {
            throw InputError(.usage, key: "--generate", problem: "belongs to --task generative")
        }
        guard (0...1_000_000).contains(steps) else {
            throw InputError(.usage, key: "--generate", problem: "found \(steps)", expected: "0 to 1000000")
        }
        let context = published.context ?? PublishedFigures.context
        guard (1...1_048_576).contains(context) else {
            throw InputError(.usage, key: "--context", problem: "found \(context)", expected: "1 to 1048576")
        }
        try RequestOptions.check(weightBits: workload.weightBits)
        return try PublishedRequest(
            model: model, accelerator: name, task: task, context: context, decodeSteps: steps,
            array: published.peArray.map(peArray), weightBits: workload.weightBits)
    }

    private func peArray(_ text: String) throws -> (rows: Int, columns: Int) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let rows = parts[0], let columns = parts[1], (1...65536).contains(rows),
            (1...65536).contains(columns)
        else {
            throw InputError(
                .usage, key: "--pe-array", problem: "found \"\(text)\"", expected: "rows x columns such as 64x16")
        }
        return (rows, columns)
    }
}
