import Foundation
import GRDB

/// One sweep at work, as others see it in the store.
struct StoreOwner {
    /// Unlike any other's.
    let name = UUID().uuidString
    private let host = StoreOwner.thisHost
    private let process = StoreOwner.thisProcess

    /// Without a sign of life for so long, an owner is taken for dead.
    static let silenceSeconds = 120.0

    /// Says that this one lives.
    func beat(_ database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO owner (name, host, process, heartbeat) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [name, host, process, Date().timeIntervalSince1970])
    }

    /// Owners that are gone: processes of this machine that have ended, or whoever has been silent for long.
    ///
    /// To take a living one for dead does no harm: a point is simulated twice and stored once.
    static func dead(in database: Database) throws -> [String] {
        let now = Date().timeIntervalSince1970
        return try Row.fetchAll(database, sql: "SELECT name, host, process, heartbeat FROM owner").filter { row in
            let host: String = row["host"]
            let isHere = host == thisHost
            let hasEnded = isHere && !isRunning(row["process"])
            return hasEnded || now - (row["heartbeat"] as Double) > silenceSeconds
        }.map { $0["name"] }
    }

    /// Removes owners and frees what they had claimed.
    static func remove(_ names: [String], in database: Database) throws {
        for name in names {
            try database.execute(
                sql: "UPDATE point SET state = 'pending', owner = NULL WHERE owner = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM owner WHERE name = ?", arguments: [name])
        }
    }

    /// The name of the machine and of its present start.
    private static let thisHost: String = {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        return ProcessInfo.processInfo.hostName + " " + boot.trimmingCharacters(in: .whitespacesAndNewlines)
    }()

    /// The number of this process and when it began, which no other has both of.
    private static let thisProcess = identifier(of: ProcessInfo.processInfo.processIdentifier) ?? 0

    private static func isRunning(_ identifier: Int) -> Bool {
        self.identifier(of: Int32(truncatingIfNeeded: identifier & 0xffff_ffff)) == identifier
    }

    /// The process's number in the lower 32 bits, its start in clock ticks above; nil where there is no such process, or only
    /// what is left of one that nobody has waited for.
    private static func identifier(of process: Int32) -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        // After the name in parentheses: the state is field 3, the start field 22 (proc(5)).
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", let start = Int(fields[19]) else { return nil }
        return (start & 0x7fff_ffff) << 32 | Int(process)
    }
}
