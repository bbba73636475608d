import ArgumentParser
import Foundation

/// `fuzz-checkpoints`: damaged model files against the readers.
@main
struct FuzzCheckpoints: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz-checkpoints",
        abstract: "Damage small model files and hold the readers to it: they run them or refuse them with one line.",
        discussion: """
            Inputs are made from the seed and their number; each is opened as the program does, its vocabulary encodes
            text, and a token is generated. No input may crash, take more than 10 s or more memory than 96 MiB and 64
            bytes for each byte of its files, or give an error without its file's name. Failing inputs are kept, and the
            exit code is 1.
            """)

    @Option(help: "Where the random numbers start.")
    var seed: UInt64 = 1

    @Option(help: "Inputs to try.")
    var inputs: Int?

    @Option(help: "Minutes of processor time to try inputs for (default: 1, unless --inputs is given).")
    var minutes: Double?

    @Option(name: .customLong("case"), help: "Try this one case of the seed, and say what became of it.")
    var number: Int?

    @Option(help: "The folder for failing inputs.")
    var failures = "fuzz-failures"

    @Option(help: .hidden)
    var worker: String?

    @Option(help: .hidden)
    var first = 0

    func validate() throws {
        if let inputs, inputs < 1 { throw ValidationError("--inputs: found \(inputs); expected a positive number") }
        if let minutes, !(minutes > 0) {
            throw ValidationError("--minutes: found \(minutes); expected a positive number")
        }
        if let number, number < 0 { throw ValidationError("--case: found \(number); expected a number from 0") }
    }

    func run() throws {
        if let worker {
            let cases = first..<first + (inputs ?? 1)
            try Worker(seed: seed, folder: URL(fileURLWithPath: worker), limits: .init()).run(cases)
        } else if let number {
            try runCase(number)
        } else {
            try runAll()
        }
    }

    private func runCase(_ number: Int) throws {
        let fuzz = FuzzCase(seed: seed, number: number)
        let folder = URL(fileURLWithPath: failures).appending(path: "\(seed)-\(number)")
        let runner = CaseRunner(folder: folder)
        try runner.warmUp()
        try runner.write(fuzz)
        print("case \(number) of seed \(seed): \(fuzz.name), \(fuzz.byteCount) bytes in \(folder.path)")
        let result = try ResourceLimits().run(fileBytes: fuzz.byteCount) { try runner.run(fuzz) }
        print(result.outcome.meaning + (result.message.isEmpty ? "" : ": \(result.message)"))
    }

    private func runAll() throws {
        let limit = minutes ?? (inputs == nil ? 1 : nil)
        let supervisor = Supervisor(
            seed: seed, inputs: inputs, seconds: limit.map { $0 * 60 }, failures: URL(fileURLWithPath: failures))
        let result = try supervisor.run { result in
            let line = "\(result.inputs) inputs, \(Int(result.processorSeconds)) s, \(result.failures.count) failures\n"
            FileHandle.standardError.write(Data(line.utf8))
        }
        print("seed \(seed): \(result.inputs) inputs")
        for outcome in FuzzOutcome.allCases {
            print("  \(result.counts[outcome.rawValue] ?? 0) \(outcome.meaning)")
        }
        print("  \(result.failures.count) failures")
        for failure in result.failures {
            print("  --seed \(seed) --case \(failure.number): \(failure.what)")
        }
        let minutes = (result.processorSeconds / 6).rounded() / 10
        FileHandle.standardError.write(
            Data("\(minutes) min of processor time, at most \(result.peakMemory >> 20) MiB resident\n".utf8))
        if !result.failures.isEmpty { throw ExitCode(1) }
    }
}
