internal import CMPI

/// An MPI call that failed.
public struct MPIError: Error, Hashable, Sendable {
    /// The function, such as "MPI_Ibcast".
    public var function: String
    /// The library's own code.
    public var code: Int32
    /// The class of the code: the same for all codes of one kind, but its number differs between libraries.
    public var errorClass: Int32
    /// The library's text on one line.
    public var text: String

    /// The error of a function that returned a code.
    ///
    /// May be made at any time. The library is asked for the text only between MPI_Init and MPI_Finalize: outside, it
    /// would end the process.
    public init(function: String, code: Int32) {
        self.function = function
        self.code = code
        errorClass = code
        text = "error code \(code)"
        guard MPILibrary.isRunning else { return }
        var found: Int32 = 0
        if cmpi_error_class(code, &found) == cmpi_success() { errorClass = found }
        var buffer = [CChar](repeating: 0, count: Int(cmpi_max_error_string()) + 1)
        var length: Int32 = 0
        if cmpi_error_string(code, &buffer, &length) == cmpi_success() {
            text = String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }

    /// Throws unless the code is success. Every call of the library goes through here.
    static func check(_ function: StaticString, _ code: Int32) throws {
        guard code == cmpi_success() else { throw MPIError(function: "\(function)", code: code) }
    }
}

extension MPIError: ExitCodeProviding, CustomStringConvertible {
    /// EX_OSERR.
    public var exitCode: Int32 { ExitCode.system }

    /// "MPI_Ibcast failed: ..." with the library's text.
    public var description: String { "\(function) failed: \(text)" }
}
