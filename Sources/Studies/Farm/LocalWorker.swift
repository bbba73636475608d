import Foundation
import Simulation

/// A thread of the coordinator's process that simulates points while the main thread looks after the other ranks and the
/// store.
final class LocalWorker: @unchecked Sendable {
    /// Guards all that follows, which is why the type is Sendable.
    private let condition = NSCondition()
    private var waiting: [ClaimedPoint] = []
    private var finished: [(ClaimedPoint, PointOutcome)] = []
    private var isEnding = false

    init() {
        let thread = Thread { [self] in work() }
        // A plan search of a large model goes deeper than the default of a thread may allow.
        thread.stackSize = 16 << 20
        thread.start()
    }

    /// Hands it points.
    func add(_ points: [ClaimedPoint]) {
        condition.withLock {
            waiting += points
            condition.broadcast()
        }
    }

    /// Takes what it has not begun.
    func takeBack() -> [ClaimedPoint] {
        condition.withLock {
            defer { waiting = [] }
            return waiting
        }
    }

    /// What it has finished since the last call; waits for something for a while.
    func takeFinished(waiting seconds: Double) -> [(point: ClaimedPoint, outcome: PointOutcome)] {
        condition.withLock {
            if finished.isEmpty, seconds > 0 { _ = condition.wait(until: Date(timeIntervalSinceNow: seconds)) }
            defer { finished = [] }
            return finished
        }
    }

    /// Lets the thread end when it has nothing in hand any more.
    func end() {
        condition.withLock {
            isEnding = true
            condition.broadcast()
        }
    }

    private func work() {
        let memory = RunMemory()
        while let point = next() {
            let outcome = PointOutcome(of: point, memory: memory)
            condition.withLock {
                finished.append((point, outcome))
                condition.broadcast()
            }
        }
    }

    private func next() -> ClaimedPoint? {
        condition.withLock {
            while waiting.isEmpty {
                if isEnding { return nil }
                condition.wait()
            }
            return waiting.removeFirst()
        }
    }
}

extension PointOutcome {
    /// Simulates a point as the store holds it.
    init(of point: ClaimedPoint, memory: RunMemory) {
        do {
            self.init(of: try PointRequest(canonicalText: point.request), memory: memory)
        } catch {
            self.init(error: "the stored request cannot be read: \(error)")
        }
    }

    init(error: String) {
        result = nil
        self.error = error
    }
}
