import Foundation
import Simulation

/// A line on a terminal's stderr that says how far a long run is; short runs and logs see nothing.
final class ProgressLine {
    private let start = Date()
    private var last = Date()
    private var isShown = false
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Shows where the run stands, at most five times a second and not in the first second.
    func show(_ progress: SystemSimulation.Progress) {
        guard isTerminal, progress.done % 16 == 0 || progress.done == progress.total else { return }
        show("\(progress.phase.rawValue) \(progress.done) of \(progress.total) steps ")
    }

    /// The same for work that is counted otherwise, as a percentage.
    func show(_ work: String, done: Int, total: Int) {
        guard isTerminal else { return }
        show("\(work) \(100 * done / max(total, 1)) % ")
    }

    private func show(_ text: String) {
        let now = Date()
        guard now.timeIntervalSince(start) > 1, now.timeIntervalSince(last) > 0.2 else { return }
        last = now
        isShown = true
        FileHandle.standardError.write(Data("\r\(text)".utf8))
    }

    /// Removes the line.
    func clear() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        isShown = false
    }
}
