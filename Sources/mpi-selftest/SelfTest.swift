import Foundation
import MessagePassing
import _TestSupport

/// The self-test's work; the coordinator prints.
enum SelfTest {
    /// Runs every check and prints a line for each.
    ///
    /// - Returns: 0 if all passed, else 1.
    static func runChecks(_ world: any Communicator) throws -> Int32 {
        var failures = 0
        for check in CommunicatorSuite.checks {
            do {
                try world.agree { try check.run(world) }
                if world.isCoordinator { print("ok: \(check)") }
            } catch let failure as RemoteFailure {
                failures += 1
                if world.isCoordinator { print("FAILED: \(check): rank \(failure.rank): \(failure.message)") }
            }
        }
        if world.isCoordinator {
            print(
                "\(CommunicatorSuite.checks.count - failures) of \(CommunicatorSuite.checks.count) checks passed: "
                    + "\(world.size) ranks, \(type(of: world)), \(MPILibrary.version)")
        }
        return failures == 0 ? 0 : 1
    }

    /// Prints how long a barrier and an all-reduce take.
    static func measureBarriers(_ count: Int, _ world: any Communicator) throws -> Int32 {
        let barriers = try ContinuousClock().measure { for _ in 0..<count { try world.barrier() } }
        let reductions = try ContinuousClock().measure {
            for _ in 0..<count { _ = try world.allReduce([Double(world.rank)], .sum) }
        }
        let large = [Double](repeating: 1, count: 1 << 17)
        let largeCount = 20
        let largeReductions = try ContinuousClock().measure {
            for _ in 0..<largeCount { _ = try world.allReduce(large, .sum) }
        }
        if world.isCoordinator {
            print("\(count) barriers with \(world.size) ranks: \(barriers / max(count, 1)) each")
            print("all-reduce of 8 B: \(reductions / max(count, 1)) each, of 1 MiB: \(largeReductions / largeCount)")
        }
        return 0
    }

    /// Lets all ranks wait for rank 0 and prints the most processor time that waiting took.
    static func measureWaiting(_ seconds: Int, _ world: any Communicator) throws -> Int32 {
        try world.barrier()
        let before = clock()
        if world.isCoordinator { Thread.sleep(forTimeInterval: Double(seconds)) }
        try world.barrier()
        let used = Double(clock() - before) / Double(CLOCKS_PER_SEC)
        let most = try world.allReduce([used], .maximum)
        if world.isCoordinator { print("processor seconds of a rank that waits \(seconds) s: \(most[0])") }
        return 0
    }
}
