import ArgumentParser
import Documents
import Foundation
import Studies

/// `bitmod-dist sweep`: all points of a study, into a store.
struct SweepCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Simulate all points of a study and keep the results in a store.",
        discussion: """
            A study is a YAML file: base holds options of run that all points share, axes lists whose values are crossed,
            zip lists that are walked together, exclude what to leave out. Points that the store has are skipped, so a
            sweep that was killed goes on where it stopped; several sweeps may share a store. Under mpirun each point
            is simulated by one rank, which makes no difference to the results.

            SIGTERM, SIGINT and SIGUSR1 let what is in hand end and be stored; then the exit code is 85, and 1 if points
            failed. A point that was in hand when the sweep was killed or crashed is tried again, at last by itself.

            EXAMPLES
              bitmod-dist sweep studies/strong-scaling.yaml --dry-run
              bitmod-dist sweep studies/strong-scaling.yaml --store results.sqlite
              mpirun -n 8 bitmod-dist sweep studies/design-space.yaml --store results.sqlite --quiet
              bitmod-dist sweep studies/schemes.yaml --store results.sqlite --retry-failed
              bitmod-dist sweep studies/schemes.yaml --shard 2/4 --store part-2.sqlite     then bitmod-dist merge
            """)

    @Argument(help: "A study file (YAML).")
    var study: String

    @Option(help: "The SQLite file with the results; made if it is missing.")
    var store: String?

    @Flag(help: "List the points, with --store what the store has of them, and simulate nothing.")
    var dryRun = false

    @Flag(help: "Try points again that failed before.")
    var retryFailed = false

    @Option(
        help: ArgumentHelp(
            "Only one of several parts of the study, the same points each time; merge puts their stores together.",
            valueName: "I/N"))
    var shard: String?

    @Option(help: "How many sweeps may die with a point in hand before it counts as failed.")
    var attempts = 3

    @Flag(help: "Print no progress and no summary.")
    var quiet = false

    /// Reads the study, resolves all points and enters them in the store.
    func resolve() throws -> Sweep {
        StopSignal.listen()
        let shard = try part()
        guard let store else {
            throw InputError(
                .usage, key: "--store", problem: "no store is given", expected: "--store FILE.sqlite, or --dry-run")
        }
        let study = try StudyInput.study(study)
        let points = try StudyInput.points(of: study)
        let results = try ResultStore(path: store, .writing)
        try results.register(points, study: study.name, retryingFailed: retryFailed, shard: shard)
        return Sweep(study: study.name, shard: shard, store: results, attempts: attempts, isQuiet: quiet)
    }

    private func part() throws -> Shard {
        guard (2...1000).contains(attempts) else {
            throw InputError(
                .usage, key: "--attempts", problem: "found \(attempts)",
                expected: "2 to 1000; what else was in hand when a sweep died is not to blame")
        }
        guard let text = shard else { return .whole }
        guard let shard = Shard(text) else {
            throw InputError(
                .usage, key: "--shard", problem: "found \"\(text)\"", expected: "I/N with I from 1 to N, such as 2/4")
        }
        return shard
    }

    func perform() throws -> Int32 {
        let shard = try part()
        let study = try StudyInput.study(study)
        let all = Array(zip(study.points, try StudyInput.points(of: study)))
        let turns = Shard.turns(of: all.map(\.1.id))
        let points = all.filter { point in turns[point.1.id].map(shard.hasTurn) ?? false }
        let existing = store.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
        let states = try existing.map { try ResultStore(path: $0, .reading).states() } ?? [:]
        let shared = Set(
            all[0].0.settings.map(\.key).filter { key in
                Set(all.map { point in point.0.settings.first { $0.key == key }?.text }).count == 1
            })
        let distinct = Set(points.map(\.1.id)).count
        let name = shard == .whole ? study.name : "\(study.name) \(shard)"
        var lines = ["\(name): \(points.count) points" + (distinct < points.count ? ", \(distinct) different" : "")]
        for (point, stored) in points {
            let settings = point.settings.filter { !shared.contains($0.key) || all.count == 1 }
            let state = states[stored.id] ?? "pending"
            lines.append(
                "  \(stored.id.prefix(12))  \(state.padding(toLength: 7, withPad: " ", startingAt: 0))  "
                    + settings.map { "\($0.key)=\($0.text)" }.joined(separator: " "))
        }
        try OutputFile(path: "-").write(Data((lines.joined(separator: "\n") + "\n").utf8))
        return 0
    }
}
