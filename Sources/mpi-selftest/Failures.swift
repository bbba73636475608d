import Foundation
import MessagePassing

/// An error with an exit code of its own.
private struct DeliberateError: ExitCodeProviding, CustomStringConvertible {
    var exitCode: Int32 { 7 }
    var description: String { "failed on purpose" }
}

extension SelfTestOptions {
    /// Fails on one rank while the others wait for it or compute.
    func fail(_ how: Failure, _ world: any Communicator) throws -> Int32 {
        try world.barrier()
        if how == .agree {
            try world.agree { if world.rank == failingRank { throw DeliberateError() } }
        } else if world.rank == failingRank {
            switch how {
            case .exit: exit(3)
            case .throw, .throwAmongBusy, .throwAtEnd, .agree: throw DeliberateError()
            case .code: return 9
            case .trap: fatalError("trapped on purpose")
            case .hang: Thread.sleep(forTimeInterval: 3600)
            case .disagree: _ = try world.allReduce([1.0], .sum)
            case .unfinished: _ = try world.startReceive(Int.self, from: (world.rank + 1) % world.size, tag: 1)
            }
        } else {
            switch how {
            case .throwAmongBusy: Thread.sleep(forTimeInterval: 60)
            case .throwAtEnd, .unfinished: break
            default: try world.barrier()
            }
        }
        return 0
    }
}
