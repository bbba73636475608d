import Documents
import Foundation

/// A file read from front to back, or `-` for the standard input.
final class InputStreamFile {
    /// What it is called in messages.
    let name: String
    private let descriptor: Int32

    /// Opens it.
    ///
    /// - Throws: ``InputError`` (missing input) if it cannot be read.
    init(path: String) throws {
        name = path == "-" ? "stdin" : path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(name, errno) }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Fills memory with the next bytes; returns their number, 0 at the end.
    func read(into memory: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Foundation.read(descriptor, memory.baseAddress, memory.count)
            if count >= 0 { return count }
            if errno != EINTR { throw Self.error(name, errno) }
        }
    }

    private static func error(_ name: String, _ code: Int32) -> InputError {
        InputError(
            .missingInput, file: name,
            problem: code == ENOENT ? "no such file" : "cannot be read: \(String(cString: strerror(code)))",
            expected: "a readable file")
    }
}
