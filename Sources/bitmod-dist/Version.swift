import Execution
import MessagePassing
import Processor
import Studies

/// What `--version` prints.
enum Version {
    static let number = "0.1.0"

    /// The first line.
    static let line = "bitmod-dist \(number)"

    /// What the program was made with and what it finds on this machine. Loads what else only some commands load.
    static var text: String {
        let library = MPILibrary.fullVersion.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return [
            line,
            "  message passing  \(library.split(whereSeparator: \.isWhitespace).joined(separator: " "))",
            "  compiler         Swift \(compiler), \(configuration) build",
            "  processor        hot loops built for \(ProcessorLevel.built.name)",
            "  OpenBLAS         \(FloatProduct.libraryVersion ?? "not found: no --arithmetic float")",
            "  SQLite           \(ResultStore.libraryVersion)",
        ].joined(separator: "\n")
    }

    /// The language has conditions on the compiler's version but no name for it.
    private static var compiler: String {
        #if compiler(>=6.5)
        "6.5 or newer"
        #elseif compiler(>=6.4)
        "6.4"
        #elseif compiler(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    private static var configuration: String {
        #if DEBUG
        "debug"
        #else
        "release"
        #endif
    }
}
