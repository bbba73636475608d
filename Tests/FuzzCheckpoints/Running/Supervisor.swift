import Foundation

/// Starts workers, counts what they say, and keeps the inputs that they fail on.
struct Supervisor {
    let seed: UInt64
    /// Stops after that many cases, or after that many seconds of the processor.
    let inputs: Int?
    let seconds: Double?
    /// Where failing inputs are kept.
    let failures: URL

    /// A case that did what no case must do.
    struct Failure {
        var number: Int
        var what: String
    }

    /// What came out.
    struct Result {
        var counts: [String: Int] = [:]
        var failures: [Failure] = []
        var processorSeconds = 0.0
        var peakMemory = 0

        var inputs: Int { counts.values.reduce(0, +) + failures.count }
    }

    /// - Parameter progress: called after each worker.
    func run(_ progress: (Result) -> Void) throws -> Result {
        var result = Result()
        var next = 0
        while result.failures.count < Self.mostFailures {
            if let inputs, next >= inputs { break }
            if let seconds, result.processorSeconds >= seconds { break }
            let end = min(next + Self.batch, inputs ?? .max)
            next = try runWorker(next..<end, &result)
            var usage = rusage()
            getrusage(RUSAGE_CHILDREN.rawValue, &usage)
            result.processorSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) {
                $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
            }
            result.peakMemory = ResourceLimits.peakMemory(of: RUSAGE_CHILDREN.rawValue)
            progress(result)
        }
        return result
    }

    /// Runs cases in a process of their own.
    ///
    /// - Returns: the first case that is still to be run.
    private func runWorker(_ cases: Range<Int>, _ result: inout Result) throws -> Int {
        let folder = Self.temporary.appending(path: "fuzz-checkpoints-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [
            "--seed", "\(seed)", "--worker", folder.path, "--first", "\(cases.lowerBound)",
            "--inputs", "\(cases.count)",
        ]
        // One thread and one arena: the address space of others would hide what a case takes.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let lines = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n")
        process.waitUntilExit()
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count >= 2, let number = Int(parts[0]) else { continue }
            if parts[1] == "violation" {
                try keep(Failure(number: number, what: parts.count > 2 ? String(parts[2]) : ""), &result)
            } else {
                result.counts[String(parts[1]), default: 0] += 1
            }
        }
        let done = cases.lowerBound + lines.count
        if process.terminationReason == .exit, process.terminationStatus == 0 { return cases.upperBound }
        try keep(Failure(number: done, what: Self.describe(process)), &result)
        return done + 1
    }

    /// A folder in memory where there is one: thousands of small files take several times as long on a disk.
    private static let temporary: URL = {
        let memory = URL(fileURLWithPath: "/dev/shm")
        return access(memory.path, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory
    }()

    private static func describe(_ process: Process) -> String {
        guard process.terminationReason == .uncaughtSignal else { return "exit code \(process.terminationStatus)" }
        switch process.terminationStatus {
        case SIGPROF: return "it took more than \(ResourceLimits().seconds) s of the processor"
        case SIGALRM: return "it took more than \(ResourceLimits().clockSeconds) s"
        case let signal: return "signal \(signal): a crash, or more memory than allowed"
        }
    }

    private func keep(_ failure: Failure, _ result: inout Result) throws {
        result.failures.append(failure)
        let folder = failures.appending(path: "\(seed)-\(failure.number)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for file in FuzzCase(seed: seed, number: failure.number).files {
            try Data(file.bytes).write(to: folder.appending(path: file.name))
        }
    }

    /// Cases of a worker, and failures after which enough is known.
    private static let (batch, mostFailures) = (2000, 20)
}
