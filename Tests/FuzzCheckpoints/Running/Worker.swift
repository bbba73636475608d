import Foundation

/// A process that runs cases one after the other, until one of them ends it.
struct Worker {
    let seed: UInt64
    let folder: URL
    let limits: ResourceLimits

    /// Runs cases and writes a line for each: its number, what became of it, and the message of a violation.
    func run(_ cases: Range<Int>) throws {
        let runner = CaseRunner(folder: folder)
        try runner.warmUp()
        for number in cases { Self.print(line(number, runner)) }
        try? FileManager.default.removeItem(at: folder)
    }

    private func line(_ number: Int, _ runner: CaseRunner) -> String {
        let fuzz = FuzzCase(seed: seed, number: number)
        do {
            return try limits.run(fileBytes: fuzz.byteCount) { "\(number) \(try runner.run(fuzz).outcome.rawValue)" }
        } catch {
            return "\(number) violation \(error)".replacing("\n", with: " ")
        }
    }

    /// Writes at once: what waits in a buffer is lost with the process.
    private static func print(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
