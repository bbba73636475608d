import Foundation
import _TestSupport

/// The program under test, run as a user runs it.
enum Program {
    static let url = Command.products.appending(path: "bitmod-dist")

    /// Runs it without a launcher.
    static func run(
        _ arguments: [String], input: String = "", timeLimit: Duration = .seconds(180)
    ) throws -> CommandResult {
        try Command.run(
            url, arguments, environment: MPIRun.cleanEnvironment(), input: input, timeLimit: timeLimit)
    }

    /// Runs it as several ranks, or by itself for one.
    static func run(ranks: Int, _ arguments: [String], timeLimit: Duration = .seconds(180)) throws -> CommandResult {
        try ranks == 0
            ? run(arguments, timeLimit: timeLimit)
            : MPIRun.run(ranks, "bitmod-dist", arguments, timeLimit: timeLimit)
    }
}

extension CommandResult {
    /// What the program itself wrote to stderr: a launcher adds lines of its own.
    var ownLines: [String] { errorLines(beginningWith: "bitmod-dist:") }

    /// The JSON object on stdout.
    func json() throws -> [String: Any]? { try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any] }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "bitmod-dist-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in it.
    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file.
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        return path(name)
    }

    /// The text of a file.
    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// What is in it.
    func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
}

/// The smallest run: a tenth of a second in a debug build.
let quick = ["gpt2", "--prompt", "8", "--generate", "2"]
