import Documents
import Quantization

/// The PE's golden model for people who verify RTL: stimuli in, every stage out, as CSV.
///
/// **In.** A first line with column names, then a line for each step. Columns are found by name, in any order; others
/// are not looked at:
///
/// | column           | cell                                                                             |
/// |------------------|----------------------------------------------------------------------------------|
/// | `group`          | any text; another one than in the line before clears the accumulator             |
/// | `a0` … `a3`      | activations: the bits of a binary16 number, 1 to 4 hexadecimal digits            |
/// | `s0` … `s3`      | term signs: 0 or 1                                                               |
/// | `e0` … `e3`      | term exponents: 0 to 3                                                           |
/// | `b0` … `b3`      | term bits: 0 or 1                                                                |
/// | `bsig`           | the significance shared by the lanes: 0 to 6                                     |
///
/// **Out.** These columns in this order, cells as they were, and behind them `maxExponent`, `d0` … `d3` (shifts),
/// `y0` … `y3` (product signs), `dot` (sum of the aligned products), `accExponent`, `accMantissa` and `accSign` (1 if the
/// mantissa is negative), as after the step. See ``PEArithmetic`` for the stages.
///
/// Lines end in LF or CR LF, those written in LF. Empty lines do not count.
public struct PETrace {
    /// The arithmetic of the PE.
    public let arithmetic: PEArithmetic

    /// A trace of a PE.
    public init(arithmetic: PEArithmetic) { self.arithmetic = arithmetic }

    /// Runs all stimuli.
    ///
    /// - Parameters:
    ///   - file: the stimuli's name for errors.
    ///   - read: fills memory with the stimuli's next bytes and returns their number, 0 at the end.
    ///   - write: takes the trace piece by piece.
    /// - Returns: the number of steps.
    /// - Throws: what `read` and `write` throw; an ``InputError`` (data) that names file, line and column where the
    ///   stimuli cannot be read. What has been written by then is the trace of the lines before.
    @discardableResult
    public func run(
        stimuli file: String, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int,
        write: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        var lines = LineReader(read: read)
        var output = TextBuffer(write: write)
        var parser = PEStimulusParser(file: file)
        var accumulator = PEAccumulator()
        var steps = 0
        while true {
            let line = lines.number + 1
            let isLine = try lines.next(file: file) { bytes in
                guard try parser.read(bytes, line: line) else { return }
                if parser.beginsGroup { accumulator = PEAccumulator() }
                let stages = arithmetic.step(parser.activations, parser.terms, into: &accumulator)
                if steps == 0 { try Self.writeHeader(to: &output) }
                try parser.writeCells(of: bytes, to: &output)
                try Self.write(stages, to: &output)
                steps += 1
            }
            guard isLine else { break }
        }
        guard parser.hasHeader else {
            throw InputError(.data, file: file, problem: "the file is empty", expected: PEStimulusParser.expectedNames)
        }
        if steps == 0 { try Self.writeHeader(to: &output) }
        try output.flush()
        return steps
    }

    private static func writeHeader(to output: inout TextBuffer) throws {
        let names = (PEColumns.stimuli + PEColumns.stages).joined(separator: ",") + "\n"
        try output.reserve(names.utf8.count)
        Array(names.utf8).withUnsafeBytes { output.append($0) }
    }

    private static func write(_ stages: PEStages, to output: inout TextBuffer) throws {
        try output.reserve(21 * PEColumns.stages.count + 1)
        write(stages.maxExponent, to: &output)
        for lane in 0..<4 { write(stages.shifts[lane], to: &output) }
        for lane in 0..<4 { write(stages.signs[lane], to: &output) }
        write(stages.dot, to: &output)
        write(stages.accumulator.exponent, to: &output)
        write(stages.accumulator.mantissa, to: &output)
        write(stages.accumulator.mantissa < 0 ? 1 : 0, to: &output)
        output.append("\n")
    }

    @inline(__always)
    private static func write(_ number: Int, to output: inout TextBuffer) {
        output.append(",")
        output.append(number)
    }
}
