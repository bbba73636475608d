import MessagePassing
import Simulation

/// A simulation as every rank receives it.
struct DistributedRun: Codable {
    var request: RunRequest
    var plan: Plan
    var detail: SystemSimulation.Detail
    var timelines: [TimelineScope]

    /// Simulates this rank's chips; the coordinator reports.
    ///
    /// - Returns: the exit code.
    func perform(on communicator: any Communicator, reporter: RunReporter?) throws -> Int32 {
        let line = reporter.map { _ in ProgressLine() }
        let simulation = SystemSimulation(request, plan: plan, detail: detail, timelines: timelines) { line?.show($0) }
        let result = try simulation.run(on: communicator)
        line?.clear()
        if let result { try reporter?.report(result) }
        return 0
    }
}

/// A run of the paper's model, which is too small to spread.
struct PublishedRunCommand: CoordinatorCommand {
    let run: PublishedRun
    let reporter: RunReporter

    func perform() throws -> Int32 {
        try reporter.report(run)
        return 0
    }
}
