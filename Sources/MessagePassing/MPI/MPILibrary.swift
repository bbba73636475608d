internal import CMPI

/// The message-passing library that the program was linked with. May be asked at any time, also without a launcher.
public enum MPILibrary {
    /// Which library it is; decides which launcher can start the program.
    public enum Family: Hashable, Sendable {
        /// Open MPI.
        case openMPI
        /// MPICH, or a library made from it.
        case mpich
        /// Another one.
        case other
    }

    /// Name and version, such as "Open MPI 4.1.4" or "MPICH 4.0.2", for `--version`.
    public static var version: String { shortVersion(of: fullVersion) }

    /// Which library it is.
    public static var family: Family { family(of: version) }

    /// The library's own description of itself, possibly many lines.
    public static var fullVersion: String {
        var buffer = [CChar](repeating: 0, count: Int(cmpi_max_library_version_string()) + 1)
        var length: Int32 = 0
        guard cmpi_get_library_version(&buffer, &length) == cmpi_success() else { return "unknown MPI library" }
        return String(
            decoding: buffer.prefix(Int(length)).prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the library has been initialised and not finalised.
    static var isRunning: Bool {
        var initialized: Int32 = 0
        var finalized: Int32 = 0
        return cmpi_initialized(&initialized) == cmpi_success() && cmpi_finalized(&finalized) == cmpi_success()
            && initialized != 0 && finalized == 0
    }

    /// "Open MPI v4.1.4, package: ..." and "MPICH Version:\t4.0.2\n..." in short.
    package static func shortVersion(of text: String) -> String {
        let line = text.split(whereSeparator: { $0.isNewline || $0 == "," }).first.map(String.init) ?? text
        let words = line.split(whereSeparator: \.isWhitespace).filter { $0.lowercased() != "version:" }
        return words.map { word in
            word.count > 1 && word.first == "v" && word.dropFirst().allSatisfy { $0.isNumber || $0 == "." }
                ? String(word.dropFirst()) : String(word)
        }.joined(separator: " ")
    }

    package static func family(of version: String) -> Family {
        if version.hasPrefix("Open MPI") { return .openMPI }
        return version.hasPrefix("MPICH") || version.hasPrefix("Intel") ? .mpich : .other
    }
}
