/// An error that knows the exit code of the process which ends because of it.
public protocol ExitCodeProviding: Error {
    /// From 1 to 255.
    var exitCode: Int32 { get }
}

/// The exit codes of this target, from sysexits.h.
enum ExitCode {
    /// A wrong use of the program: EX_USAGE.
    static let usage: Int32 = 64
    /// A mistake inside the program: EX_SOFTWARE. What an error without a code of its own gets.
    static let software: Int32 = 70
    /// A system call or library that failed: EX_OSERR.
    static let system: Int32 = 71

    /// The code of an error.
    static func of(_ error: any Error) -> Int32 {
        let code = valid((error as? any ExitCodeProviding)?.exitCode ?? software)
        return code == 0 ? software : code
    }

    /// A code as the shell would see it, except that none turns into success: beyond 255 it is 255.
    static func valid(_ code: Int32) -> Int32 { (0...255).contains(code) ? code : 255 }

    /// The text of an error on one line.
    static func message(of error: any Error) -> String {
        "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
