import Documents
import Foundation

/// A file that appears whole under its name or not at all: it is written under another name in the same folder and
/// renamed at the end.
///
/// Several ranks may write one file: the first creates it, the others join it by ``temporaryPath``, and after all have
/// closed it the first one commits. A device such as `/dev/null` is written to directly. SIGINT, SIGTERM and SIGHUP
/// remove the unfinished file of the rank that created it.
public final class AtomicFile {
    /// The path under which the file will appear.
    public let path: String
    /// The path of the unfinished file, for other ranks to join.
    public let temporaryPath: String

    private let target: String
    private let isDevice: Bool
    private let isOwner: Bool
    private var descriptor: Int32
    private var end = 0

    /// Creates an unfinished file.
    ///
    /// - Throws: ``InputError`` (output) if there is no such folder, if it cannot be written to, or if the path is that
    ///   of a folder, pipe or socket.
    public init(creating path: String) throws {
        self.path = path
        isOwner = true
        target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        var info = stat()
        let exists = stat(target, &info) == 0
        isDevice = exists && info.st_mode & S_IFMT == S_IFCHR
        if exists, !isDevice, info.st_mode & S_IFMT != S_IFREG {
            let kind = info.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no regular file"
            throw InputError(.output, file: path, problem: "is \(kind)", expected: "a file name")
        }
        if isDevice {
            temporaryPath = target
            descriptor = open(target, O_WRONLY | O_CLOEXEC)
        } else {
            temporaryPath = Self.temporaryName(for: target)
            // Another file of this name can only be what a killed process with our number has left behind.
            unlink(temporaryPath)
            descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 {
                AbandonedFiles.add(temporaryPath)
                if exists { fchmod(descriptor, info.st_mode & 0o777) }
            }
        }
        guard descriptor >= 0 else { throw Self.error(path, "cannot be written", errno) }
    }

    /// Opens the unfinished file of another rank for writing.
    ///
    /// - Parameters:
    ///   - temporaryPath: that rank's ``temporaryPath``.
    ///   - path: the final path, for messages.
    /// - Throws: ``InputError`` (output) if it cannot be opened, for instance because the ranks share no file system.
    public init(joining temporaryPath: String, for path: String) throws {
        self.path = path
        self.temporaryPath = temporaryPath
        target = path
        isDevice = false
        isOwner = false
        descriptor = open(temporaryPath, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Self.error(path, "the unfinished file \(temporaryPath) cannot be opened on this rank", errno)
        }
    }

    deinit { discard() }

    /// Gives the file its final size, after a look at the free space.
    ///
    /// - Throws: ``InputError`` (output) if the space does not suffice.
    public func resize(to count: Int) throws {
        guard !isDevice else { return }
        var space = statvfs()
        if fstatvfs(descriptor, &space) == 0, space.f_blocks > 0 {
            let free = Double(space.f_bavail) * Double(space.f_frsize)
            guard Double(count) <= free else {
                throw InputError(
                    .output, file: path, problem: "needs \(count) bytes where \(Int(free)) are free")
            }
        }
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.error(path, "cannot be resized", errno) }
    }

    /// Writes bytes at an offset; different ranks may write different parts at once.
    ///
    /// - Throws: ``InputError`` (output) if the system refuses.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var rest = bytes
        var position = offset
        while !rest.isEmpty {
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.error(path, "cannot be written", errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            position += count
        }
    }

    /// Writes bytes behind those appended before.
    ///
    /// - Throws: ``InputError`` (output) if the system refuses.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        try write(bytes, at: end)
        end += bytes.count
    }

    /// Ends writing on this rank.
    ///
    /// - Throws: ``InputError`` (output) if the system reports a late failure.
    public func close() throws {
        guard descriptor >= 0 else { return }
        let code = Foundation.close(descriptor)
        descriptor = -1
        guard code == 0 else { throw Self.error(path, "cannot be written", errno) }
    }

    /// Gives the finished file its name, in place of what has been there.
    ///
    /// - Throws: ``InputError`` (output) if the system refuses.
    /// - Precondition: this rank created the file and all ranks have closed it.
    public func commit() throws {
        precondition(isOwner, "only the rank that created a file commits it")
        try close()
        guard !isDevice else { return }
        guard rename(temporaryPath, target) == 0 else { throw Self.error(path, "cannot be renamed", errno) }
        AbandonedFiles.remove(temporaryPath)
    }

    /// Gives up: removes the unfinished file if this rank created it. Does nothing after ``commit()``.
    public func discard() {
        try? close()
        guard isOwner, !isDevice, AbandonedFiles.contains(temporaryPath) else { return }
        unlink(temporaryPath)
        AbandonedFiles.remove(temporaryPath)
    }

    /// A hidden name beside the target that no other process uses, and no other file of this one.
    private static func temporaryName(for target: String) -> String {
        let url = URL(fileURLWithPath: target)
        // A name has at most 255 bytes.
        let name = String(decoding: Array(url.lastPathComponent.utf8.prefix(180)), as: UTF8.self)
        let number = AbandonedFiles.nextNumber()
        return url.deletingLastPathComponent().appendingPathComponent(".\(name).\(getpid()).\(number).partial").path
    }

    private static func error(_ path: String, _ problem: String, _ code: Int32) -> InputError {
        InputError(.output, file: path, problem: "\(problem): \(String(cString: strerror(code)))")
    }
}
