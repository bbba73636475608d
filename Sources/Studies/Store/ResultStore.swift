import Documents
import Foundation
import GRDB

/// The results of studies in an SQLite file: what is finished stays, whatever happens to the program.
///
/// Written in transactions with a write-ahead log, every one of them on the disk before it counts (`synchronous = FULL`),
/// so that neither a killed process nor a power cut can tear it. Several programs may use one file at the same time; each
/// waits up to ``busySeconds`` for another's transaction.
public final class ResultStore {
    /// How long a transaction waits for those of other programs.
    static let busySeconds = 60.0

    /// The file.
    public let path: String
    let queue: DatabaseQueue

    /// What a store is opened for.
    public enum Access {
        /// To add results; the file is made if it is missing.
        case writing
        /// To read; the file must be there.
        case reading
    }

    /// Opens or makes a store.
    ///
    /// - Throws: ``InputError``: a missing file, one that is no store, or one that cannot be written.
    public init(path: String, _ access: Access) throws {
        self.path = path
        let exists = FileManager.default.fileExists(atPath: path)
        guard access == .writing || exists else {
            throw InputError(.missingInput, file: path, problem: "no such file", expected: "a result store of sweep")
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.busySeconds)
        configuration.readonly = access == .reading
        if access == .writing { configuration.journalMode = .wal }
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw Self.inputError(error, path: path)
        }
        self.queue = queue
        if access == .writing {
            try write { database in
                // Another program may have made the tables just now: looked at inside the transaction.
                if try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
                    try StoreSchema.create(database)
                }
                try Self.check(database, path: path)
            }
        } else {
            try read { try Self.check($0, path: path) }
        }
    }

    /// Whether a file is an SQLite database, by its first bytes.
    public static func isStore(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 15)) == Data("SQLite format 3".utf8)
    }

    /// The version of SQLite.
    public static var libraryVersion: String {
        let version = try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
        return version ?? "of unknown version"
    }

    private static func check(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard application == StoreSchema.applicationID else {
            throw InputError(
                .data, file: path, problem: "is a database of another program", expected: "a result store of sweep")
        }
        guard version == StoreSchema.version else {
            throw InputError(
                .data, file: path, problem: "is a result store of version \(version)",
                expected: "version \(StoreSchema.version): run the study again into a new file")
        }
    }

    // MARK: Access

    /// Runs a transaction that writes: all of it, or nothing.
    func write<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            return try queue.writeWithoutTransaction { database in
                var result: T?
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    return .commit
                }
                guard let result else { preconditionFailure("a committed transaction has a result") }
                return result
            }
        } catch {
            throw Self.inputError(error, path: path)
        }
    }

    /// Runs queries that see one state of the store.
    func read<T>(_ body: (Database) throws -> T) throws -> T {
        do { return try queue.read(body) } catch { throw Self.inputError(error, path: path) }
    }

    private static func inputError(_ error: any Error, path: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let text = error.message ?? "error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return InputError(.data, file: path, problem: text, expected: "a result store of sweep")
        default: return InputError(.output, file: path, problem: "cannot be used: \(text)")
        }
    }
}
