import Glibc

/// The least processor time of several runs in seconds: other processes on the machine disturb it least.
func bestSeconds(runs: Int = 7, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<runs {
        let start = threadSeconds()
        try body()
        best = min(best, threadSeconds() - start)
    }
    return best
}

private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// `value` with a number of decimals.
func text(_ value: Double, decimals: Int = 2) -> String {
    let scale = pow(10, Double(decimals))
    let rounded = Int((value * scale).rounded())
    guard decimals > 0 else { return "\(rounded)" }
    let digits = String(abs(rounded))
    let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
    return (rounded < 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// A Markdown table row.
func row(_ cells: String...) -> String { "| " + cells.joined(separator: " | ") + " |" }

/// Ten times the decimal logarithm.
func decibels(_ ratio: Double) -> Double { 10 * log10(ratio) }
