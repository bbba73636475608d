import Foundation
import Studies

/// Says on stderr how far a sweep is: one line that changes on a terminal, and in a log a line now and then, the rarer the
/// longer the sweep takes.
final class SweepProgress {
    private let study: String
    private let start = Date()
    private var next: Date
    private var isShown = false
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Seconds between two lines of a log, a tenth of the time that has passed in these bounds; a short sweep leaves none.
    private static let secondsBetweenLines = 10.0...600.0
    private static let secondsBetweenChanges = 0.2

    init(study: String) {
        self.study = study
        next = isTerminal ? start : start + Self.secondsBetweenLines.lowerBound
    }

    /// Shows where the sweep stands.
    func show(_ progress: StudyFarm.Progress) {
        let now = Date()
        guard now >= next else { return }
        let passed = now.timeIntervalSince(start)
        let (least, most) = (Self.secondsBetweenLines.lowerBound, Self.secondsBetweenLines.upperBound)
        next = now + (isTerminal ? Self.secondsBetweenChanges : min(max(passed / 10, least), most))
        isShown = true
        let text = Self.text(progress, study: study, seconds: passed)
        // A line that is too long would go on in the next one, and there it could not be removed.
        let line = isTerminal ? "\r\u{1B}[K" + text.prefix(Self.terminalColumns - 1) : text + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    private static var terminalColumns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
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
        text += String(format: rate < 10 ? ", %.2f points/s" : rate < 100 ? ", %.1f points/s" : ", %.0f points/s", rate)
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
