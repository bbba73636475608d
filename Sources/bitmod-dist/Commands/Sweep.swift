import Foundation
import MessagePassing
import Studies

/// A sweep that is ready to begin. Only the coordinator has one.
struct Sweep {
    let study: String
    let shard: Shard
    let store: ResultStore
    /// How many sweeps may die with a point in hand before it counts as failed.
    let attempts: Int
    let isQuiet: Bool

    /// Does this rank's part.
    ///
    /// - Returns: the exit code.
    static func perform(_ sweep: Sweep?, on communicator: any Communicator) throws -> Int32 {
        if let sweep { return try sweep.coordinate(on: communicator) }
        StopSignal.listen()
        try StudyFarm.serve(on: communicator)
        return 0
    }

    private func coordinate(on communicator: any Communicator) throws -> Int32 {
        let line = isQuiet ? nil : SweepProgress(study: name)
        defer { line?.clear() }
        let farm = try StudyFarm(
            study, shard: shard, in: store, attempts: attempts, program: Version.number, on: communicator
        ) { line?.show($0) }
        let summary = try farm.run()
        line?.clear()
        if !isQuiet { try OutputFile(path: "-").write(Data(text(of: summary).utf8)) }
        if summary.isStopped && summary.counts.finished < summary.counts.total { return StopSignal.exitCode }
        return summary.counts.failed > 0 ? 1 : 0
    }

    private func text(of summary: StudyFarm.Summary) throws -> String {
        let counts = summary.counts
        var text = "\(name): \(counts.line); \(summary.finished) of them now\n"
        for failure in try store.failures(study: study, shard: shard).prefix(Self.listedFailures) {
            text += "  failed: \(failure.settings): \(failure.error)\n"
        }
        if counts.failed > Self.listedFailures { text += "  and \(counts.failed - Self.listedFailures) more\n" }
        return text
    }

    /// What messages call it.
    private var name: String { shard == .whole ? study : "\(study) \(shard)" }

    private static let listedFailures = 10
}
