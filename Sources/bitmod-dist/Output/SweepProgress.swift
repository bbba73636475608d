import Foundation
import Studies

/// Says on stderr how far a sweep is: one line that changes on a terminal, now and then a line in a log.
final class SweepProgress {
    private let study: String
    private let start = Date()
    private var last: Date
    private var isShown = false
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Seconds between two lines of a log; a short sweep leaves none.
    private static let secondsBetweenLines = 10.0

    init(study: String) {
        self.study = study
        last = start
    }

    /// Shows where the sweep stands.
    func show(_ progress: StudyFarm.Progress) {
        let now = Date()
        guard now.timeIntervalSince(last) > (isTerminal ? 0.2 : Self.secondsBetweenLines) else { return }
        last = now
        isShown = true
        let text = Self.text(progress, study: study, seconds: now.timeIntervalSince(start))
        FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n").utf8))
    }

    /// Removes the line from a terminal.
    func clear() {
        if isShown && isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        isShown = false
    }

    private static func text(_ progress: StudyFarm.Progress, study: String, seconds: Double) -> String {
        let finished = progress.before + progress.finished
        var text = "\(study): \(finished) of \(progress.total) points"
        if progress.failed > 0 { text += ", \(progress.failed) failed" }
        if progress.isWaiting { return text + ", another sweep has the rest in hand" }
        guard progress.finished > 0, seconds > 0 else { return text }
        let rate = Double(progress.finished) / seconds
        text += String(format: ", %.3g points/s", rate)
        let left = Double(progress.total - finished) / rate
        let time = Date(timeIntervalSinceNow: left)
        let formatter = DateFormatter()
        formatter.dateFormat = left < 43_200 ? "HH:mm:ss" : "MM-dd HH:mm"
        return text + ", " + duration(left) + " left, ends at " + formatter.string(from: time)
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        switch whole {
        case ..<120: return "\(whole) s"
        case ..<7200: return "\(whole / 60) min"
        default: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        }
    }
}
