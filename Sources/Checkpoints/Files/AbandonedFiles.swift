import Foundation
import Synchronization

/// The unfinished files of this process, which a signal that ends it removes.
enum AbandonedFiles {
    private struct State {
        var paths: Set<String> = []
        var count = 0
        var sources: [any DispatchSourceSignal] = []
    }

    private static let state = Mutex(State())
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Notes an unfinished file; from the first one on, signals are watched.
    static func add(_ path: String) {
        state.withLock { state in
            state.paths.insert(path)
            if state.sources.isEmpty { state.sources = signals.compactMap(watch) }
        }
    }

    /// Forgets a file that has been renamed or removed.
    static func remove(_ path: String) { state.withLock { _ = $0.paths.remove(path) } }

    /// Whether a file is unfinished.
    static func contains(_ path: String) -> Bool { state.withLock { $0.paths.contains(path) } }

    /// A number that no other file of this process has.
    static func nextNumber() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    /// Lets a signal remove the files and then end the process as it would have; one that is ignored stays so.
    private static func watch(_ number: Int32) -> (any DispatchSourceSignal)? {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0, action.__sigaction_handler.sa_handler == nil else { return nil }
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
        source.setEventHandler {
            state.withLock { state in for path in state.paths { unlink(path) } }
            signal(number, SIG_DFL)
            kill(getpid(), number)
        }
        source.activate()
        return source
    }
}
