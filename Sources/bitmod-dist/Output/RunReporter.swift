import Documents
import Foundation
import Reporting
import Simulation

/// Writes the reports of a run that the user asked for. Only the coordinator has one.
struct RunReporter {
    let options: OutputOptions

    private var printsText: Bool { !options.quiet && options.json != "-" && options.csv != "-" }

    /// Refuses impossible outputs before any work is done.
    func check() throws {
        if let path = options.json, path == options.csv, !OutputFile(path: path).isDevice {
            let place = path == "-" ? "stdout" : path
            throw InputError(.usage, key: "--csv", problem: "both --json and --csv ask for \(place)")
        }
        for path in [options.json, options.csv] { if let path { try OutputFile(path: path).check() } }
    }

    /// Writes files first and prints the text last.
    func report(_ result: RunResult) throws {
        if let path = options.json {
            try OutputFile(path: path).write(JSONText.encode(RunDocument(result, detail: options.detail)))
        }
        if let path = options.csv {
            try OutputFile(path: path).write(Data(RunTable(result, detail: options.detail).text.utf8))
        }
        if printsText {
            try OutputFile(path: "-").write(Data(RunReport(result, detail: options.detail).text.utf8))
        }
    }

    /// The same for a run in published fidelity.
    func report(_ run: PublishedRun) throws {
        let withOperators = options.detail == .operators
        if let path = options.json {
            try OutputFile(path: path).write(JSONText.encode(PublishedRunDocument(run, withOperators: withOperators)))
        }
        if printsText {
            try OutputFile(path: "-").write(
                Data(PublishedRunReport(run, withOperators: withOperators).text.utf8))
        }
    }
}
