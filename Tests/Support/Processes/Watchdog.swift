import Foundation

/// Ends a process whose time is up: first politely, then not.
///
/// Waits on a thread of its own, since the dispatch queues may all be held by tests that wait.
final class Watchdog: @unchecked Sendable {
    /// Guards the two below, which is why the type is Sendable.
    private let condition = NSCondition()
    private var stopped = false
    private var fired = false

    private static let secondsToEndPolitely = 2.0

    init(_ process: Process, _ timeLimit: Duration) {
        let seconds = Double(timeLimit.components.seconds) + Double(timeLimit.components.attoseconds) * 1e-18
        let deadline = Date(timeIntervalSinceNow: seconds)
        let identifier = process.processIdentifier
        Thread { [self] in
            condition.withLock {
                waitUntil(deadline)
                if stopped { return }
                fired = true
                kill(identifier, SIGTERM)
                waitUntil(Date(timeIntervalSinceNow: Self.secondsToEndPolitely))
                // The number may belong to another process once this one has ended.
                if !stopped { kill(identifier, SIGKILL) }
            }
        }.start()
    }

    /// Calls it off; to be called when the process has ended.
    ///
    /// - Returns: whether the time was up before.
    func stop() -> Bool {
        condition.withLock {
            stopped = true
            condition.signal()
            return fired
        }
    }

    private func waitUntil(_ deadline: Date) {
        while !stopped && condition.wait(until: deadline) {}
    }
}
