import Documents
import Foundation

/// A read-only file in memory: pages are read when touched, and shared by all ranks of a node.
///
/// A file that another program truncates while it is mapped ends the process with SIGBUS.
public final class MappedFile: @unchecked Sendable {
    /// The file's path as given.
    public let path: String
    /// Bytes of the file.
    public let count: Int
    /// Read-only memory that lives as long as this object, which is why the type is Sendable.
    private let base: UnsafeRawPointer?

    /// Maps a file.
    ///
    /// - Throws: ``InputError`` (missing input) if it does not exist, cannot be read or is no regular file.
    public init(path: String) throws {
        self.path = path
        var info = stat()
        guard stat(path, &info) == 0 else { throw Self.error(path, errno) }
        guard info.st_mode & S_IFMT == S_IFREG else {
            let isFolder = info.st_mode & S_IFMT == S_IFDIR
            throw InputError(
                .missingInput, file: path, problem: isFolder ? "is a folder" : "is no regular file",
                expected: "a file that can be mapped into memory")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        // The mapping outlives the descriptor.
        defer { close(descriptor) }
        guard fstat(descriptor, &info) == 0 else { throw Self.error(path, errno) }
        count = Int(info.st_size)
        guard count > 0 else {
            // mmap refuses a length of 0.
            base = nil
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw Self.error(path, errno)
        }
        base = UnsafeRawPointer(start)
    }

    deinit {
        if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
    }

    /// Some of the file's bytes; the pointer is valid inside `body` only.
    ///
    /// - Precondition: `range` lies inside the file.
    public func withBytes<Result>(
        in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes \(range) of a file of \(count)")
        defer { extendLifetime(self) }
        return try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: count)[range]))
    }

    /// Lets the system take back the memory of bytes that have been read; reading them again is slower but allowed.
    public func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound == count ? count : range.upperBound / page * page
        guard let base, start < end else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }

    private static func error(_ path: String, _ code: Int32) -> InputError {
        InputError(
            .missingInput, file: path,
            problem: code == ENOENT ? "no such file" : "cannot be read: \(String(cString: strerror(code)))",
            expected: "a readable file")
    }
}
