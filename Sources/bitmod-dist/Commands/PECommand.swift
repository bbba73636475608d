import ArgumentParser
import Checkpoints
import Documents
import Foundation
import Quantization
import Verification

/// `bitmod-dist pe`: the golden model of the processing element, for RTL verification.
struct PECommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "pe",
        abstract: "Run stimuli through the bit-serial processing element and print every stage.",
        discussion: """
            In: CSV with the columns group, a0..a3 (binary16 bits in hexadecimal), s0..s3 (term signs), e0..e3 (term
            exponents, 0 to 3), b0..b3 (term bits) and bsig (0 to 6), found by name; other columns are not looked at. A
            new group clears the accumulator. Out: the same columns, then maxExponent, d0..d3 (shifts), y0..y3 (product
            signs), dot, accExponent, accMantissa, accSign.

            EXAMPLES
              bitmod-dist pe --arithmetic rtl-2024 --stimuli stimuli.csv -o trace.csv
              generate-stimuli | bitmod-dist pe --arithmetic reference --stimuli -
            """)

    /// Which PE is meant.
    enum Arithmetic: String, ExpressibleByArgument, CaseIterable {
        case reference
        case rtl2024 = "rtl-2024"

        var arithmetic: PEArithmetic { self == .reference ? .reference : .rtl2024 }
    }

    @Option(help: "reference: as intended. rtl-2024: the authors' Verilog as it stands.")
    var arithmetic: Arithmetic

    @Option(help: "The CSV file with stimuli, or - for stdin.")
    var stimuli: String

    @Option(name: .shortAndLong, help: "The CSV file to write, or - for stdout.")
    var output: String = "-"

    func perform() throws -> Int32 {
        let input = try InputStreamFile(path: stimuli)
        let trace = PETrace(arithmetic: arithmetic.arithmetic)
        if output == "-" {
            try trace.run(stimuli: input.name, read: input.read, write: Self.writeToStandardOutput)
            return 0
        }
        if let identity = FileIdentity(path: output), identity == FileIdentity(path: stimuli) {
            throw InputError(.usage, key: "--output", problem: "\(output) is the stimuli's file itself")
        }
        try OutputFile(path: output).check()
        let file = try AtomicFile(creating: output)
        try trace.run(stimuli: input.name, read: input.read, write: file.append)
        try file.commit()
        return 0
    }

    private static func writeToStandardOutput(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(STDOUT_FILENO, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw InputError(
                    .output, file: "-", problem: "cannot be written: \(String(cString: strerror(errno)))")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
