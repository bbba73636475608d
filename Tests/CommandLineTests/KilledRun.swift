import Foundation
import Synchronization
import Testing
import _TestSupport

/// A long run of several ranks, one of which is killed in the middle.
struct KilledRun {
    /// What the launcher and the ranks left.
    let result: CommandResult
    /// From the signal to the end of the launcher.
    let secondsToEnd: Double
    /// Processes of the run that are still there afterwards.
    let survivors: [pid_t]
    /// Where the run would have written its result.
    let folder: TemporaryFolder

    init(ranks: Int, victim: Int) throws {
        folder = try TemporaryFolder()
        // The path in the arguments tells this run's processes from all others.
        let path = folder.path("result.json")
        // Minutes: the event simulation of every context of a long answer.
        let arguments = [
            "llama-2-7b", "--chips", "8", "--generate", "200000", "--tile-simulation", "event", "--json", path,
        ]
        let outcome = Mutex<Result<CommandResult, any Error>?>(nil)
        let ended = DispatchSemaphore(value: 0)
        Thread {
            let result = Result { try Program.run(ranks: ranks, arguments, timeLimit: .seconds(60)) }
            outcome.withLock { $0 = result }
            ended.signal()
        }.start()

        var processes: [Int: pid_t] = [:]
        let deadline = Date(timeIntervalSinceNow: 30)
        while processes.count < ranks, Date() < deadline {
            usleep(50_000)
            processes = Self.processes(naming: path)
        }
        let process = try #require(processes[victim], "the ranks have not started")
        // Long enough for message passing to be up and the simulation to be under way.
        sleep(2)
        try #require(Self.processes(naming: path).count == ranks, "the run is too short")
        let start = ContinuousClock.now
        kill(process, SIGKILL)
        ended.wait()
        let duration = ContinuousClock.now - start
        secondsToEnd = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        result = try #require(outcome.withLock { $0 }).get()
        survivors = Array(Self.processes(naming: path).values)
    }

    /// The processes of ranks whose arguments contain a text, by rank.
    private static func processes(naming text: String) -> [Int: pid_t] {
        var found: [Int: pid_t] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name), let arguments = strings("/proc/\(name)/cmdline"), arguments.contains(text),
                let environment = strings("/proc/\(name)/environ")
            else { continue }
            for variable in ["OMPI_COMM_WORLD_RANK=", "PMI_RANK="] {
                if let entry = environment.first(where: { $0.hasPrefix(variable) }),
                    let rank = Int(entry.dropFirst(variable.count))
                {
                    found[rank] = process
                }
            }
        }
        return found
    }

    /// The strings of a file that ends each with a zero byte.
    private static func strings(_ path: String) -> [String]? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
