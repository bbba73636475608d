import ArgumentParser
import Documents
import Foundation
import Studies

/// `bitmod-dist merge`: several stores into one.
struct MergeCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Put the results of several stores into one.",
        discussion: """
            Every point is there once afterwards, with its result if any store has one. Different results for one identity,
            or stores of different versions of a study, are an error, and then nothing is changed. A store that is there
            already gets what it lacks.

            EXAMPLES
              bitmod-dist merge part-1.sqlite part-2.sqlite part-3.sqlite -o results.sqlite
            """)

    @Argument(help: "Result stores of sweep.")
    var stores: [String]

    @Option(name: .shortAndLong, help: "The store to put everything into; made if it is missing.")
    var output: String

    func perform() throws -> Int32 {
        // A missing or broken store is found before anything is made.
        let sources = try stores.map { try ResultStore(path: $0, .reading) }
        let existed = FileManager.default.fileExists(atPath: output)
        let target = try ResultStore(path: output, .writing)
        do {
            try target.merge(sources)
        } catch {
            // An empty store that nobody asked for.
            for suffix in existed ? [] : ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: output + suffix)
            }
            throw error
        }
        let lines = try target.studies().map { try "\($0): \(target.counts(study: $0).line)\n" }
        try OutputFile(path: "-").write(Data(lines.joined().utf8))
        return 0
    }
}
