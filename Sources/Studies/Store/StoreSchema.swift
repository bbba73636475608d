import GRDB

/// What a result store looks like: `PRAGMA application_id` and `user_version` say that a file is one, and which version.
///
/// | table | rows |
/// |---|---|
/// | `point` | one for each identity: state, how many sweeps have claimed it, request, result or error, columns to query |
/// | `member` | which study has which point, at what place, with the settings of its file, and its turn (``Shard``) |
/// | `owner` | sweeps at work, with a heartbeat: what a dead one had claimed is free again |
enum StoreSchema {
    /// "bmds".
    static let applicationID = 0x626d_6473
    /// Raised whenever a table changes.
    static let version = 2

    static func create(_ database: Database) throws {
        let columns = PointColumn.all.map { "  \"\($0.name)\" \($0.type)," }.joined(separator: "\n")
        try database.execute(
            sql: """
                CREATE TABLE point (
                  id TEXT PRIMARY KEY NOT NULL,
                  state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed')),
                  owner TEXT,
                  attempts INTEGER NOT NULL DEFAULT 0,
                  \(columns)
                  error TEXT,
                  program TEXT,
                  request TEXT NOT NULL,
                  result TEXT,
                  CHECK ((state = 'running') = (owner IS NOT NULL)),
                  CHECK ((state = 'done') = (result IS NOT NULL)),
                  CHECK ((state = 'failed') = (error IS NOT NULL))
                ) WITHOUT ROWID;
                CREATE INDEX pointState ON point (state);
                CREATE TABLE member (
                  study TEXT NOT NULL,
                  position INTEGER NOT NULL,
                  point TEXT NOT NULL REFERENCES point (id),
                  settings TEXT NOT NULL,
                  turn INTEGER NOT NULL,
                  PRIMARY KEY (study, position)
                ) WITHOUT ROWID;
                CREATE INDEX memberPoint ON member (point);
                CREATE TABLE owner (
                  name TEXT PRIMARY KEY NOT NULL,
                  host TEXT NOT NULL,
                  process INTEGER NOT NULL,
                  heartbeat REAL NOT NULL
                ) WITHOUT ROWID;
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);
                """)
    }
}
