import Foundation
import MessagePassing
import Synchronization

/// Runs a body as several ranks in one process: each rank is a thread.
///
/// Threads, not tasks: a rank that waits would hold a thread of the cooperative pool, and with two cores three waiting
/// ranks would never wake each other.
public enum ThreadWorld {
    /// Runs the body once for each rank and waits for all.
    ///
    /// If a rank throws, the others get a ``RemoteFailure`` from whatever they wait in. If all ranks wait and nobody
    /// can wake them, they get an error too: a test never hangs in a communicator.
    ///
    /// - Returns: the results in the order of ranks.
    /// - Throws: the error of the rank that threw first.
    public static func run<R: Sendable>(
        _ ranks: Int, _ body: @escaping @Sendable (any Communicator) throws -> R
    ) throws -> [R] {
        let mailbox = Mailbox(ranks: ranks)
        let results = Mutex([R?](repeating: nil, count: ranks))
        let group = DispatchGroup()
        for rank in 0..<ranks {
            group.enter()
            let thread = Thread {
                defer { group.leave() }
                do {
                    let result = try body(ThreadCommunicator(rank: rank, mailbox: mailbox))
                    results.withLock { $0[rank] = result }
                } catch {
                    mailbox.fail(rank, error)
                }
                mailbox.leave(rank)
            }
            thread.name = "rank \(rank)"
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
        if let error = mailbox.firstError { throw error }
        return results.withLock { $0.compactMap(\.self) }
    }
}
