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
        let now = Date()
        guard now.timeIntervalSince(start) > 1, now.timeIntervalSince(last) > 0.2 else { return }
        last = now
        isShown = true
        let text = "\r\(progress.phase.rawValue) \(progress.done) of \(progress.total) steps "
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// Removes the line.
    func clear() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        isShown = false
    }
}
