import Conversion
import Foundation
import MessagePassing
import Reporting

/// Writes the statistics of a conversion that the user asked for. Only the coordinator has one.
struct ConversionReporter {
    /// The JSON file, `-` for stdout, or nil.
    let json: String?
    /// Whether the text report is left out.
    let isQuiet: Bool

    /// Refuses impossible outputs before any work is done.
    func check() throws {
        if let json { try OutputFile(path: json).check() }
    }

    /// Writes the file first and prints the text last.
    func report(_ result: ConversionResult) throws {
        if let json { try OutputFile(path: json).write(JSONText.encode(ConversionDocument(result))) }
        if !isQuiet, json != "-" {
            try OutputFile(path: "-").write(Data(ConversionReport(result).text.utf8))
        }
    }
}

extension ConversionPlan {
    /// Converts this rank's part; the coordinator reports.
    ///
    /// - Returns: the exit code.
    func perform(on communicator: any Communicator, reporter: ConversionReporter?) throws -> Int32 {
        let line = reporter.map { _ in ProgressLine() }
        let conversion = Conversion(self) { done, total in line?.show("quantize", done: done, total: total) }
        defer { line?.clear() }
        let result = try conversion.run(on: communicator)
        line?.clear()
        if let result { try reporter?.report(result) }
        return 0
    }
}
