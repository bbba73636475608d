import Foundation
import GRDB

/// A value of a result that has a column of its own in a store and in a table.
///
/// This is the one list of such columns: schema, writing and export follow it.
struct PointColumn: Sendable {
    /// The column, with the unit at the end.
    let name: String
    /// SQLite's type.
    let type: String
    /// The keys that lead to it in a document `bitmod-dist.run/1`.
    let path: [String]

    init(_ name: String, _ type: String, _ path: String...) {
        self.name = name
        self.type = type
        self.path = path
    }

    static let all = request + plan + totals + phase("prefill") + phase("decode")

    private static let request = [
        PointColumn("model", "TEXT", "request", "model"),
        PointColumn("modelFidelity", "TEXT", "request", "modelFidelity"),
        PointColumn("accelerator", "TEXT", "request", "accelerator"),
        PointColumn("scheme", "TEXT", "request", "scheme"),
        PointColumn("groupSize", "INTEGER", "request", "groupSize"),
        PointColumn("kvScheme", "TEXT", "request", "kvScheme"),
        PointColumn("chips", "INTEGER", "request", "chips"),
        PointColumn("topology", "TEXT", "request", "topology", "name"),
        PointColumn("promptTokens", "INTEGER", "request", "promptTokens"),
        PointColumn("generatedTokens", "INTEGER", "request", "generatedTokens"),
        PointColumn("batch", "INTEGER", "request", "batch"),
        PointColumn("task", "TEXT", "request", "task"),
        PointColumn("contextTokens", "INTEGER", "request", "contextTokens"),
    ]

    private static let plan = [
        PointColumn("parallel", "TEXT", "plan", "parallel"),
        PointColumn("tensorParallel", "INTEGER", "plan", "tensorParallel"),
        PointColumn("pipelineParallel", "INTEGER", "plan", "pipelineParallel"),
        PointColumn("dataParallel", "INTEGER", "plan", "dataParallel"),
        PointColumn("expertParallel", "INTEGER", "plan", "expertParallel"),
        PointColumn("microBatches", "INTEGER", "plan", "microBatches"),
    ]

    private static let totals =
        ["latencySeconds", "timeToFirstTokenSeconds", "timePerOutputTokenSeconds", "tokensPerSecond", "energyJoules"]
        .map { PointColumn($0, "REAL", "totals", $0) }
        + ["onChipEnergyJoules", "energyPerTokenJoules", "areaSquareMillimetersPerChip"]
        .map { PointColumn($0, "REAL", "totals", $0) }

    private static func phase(_ phase: String) -> [PointColumn] {
        func column(_ name: String, _ type: String, _ path: String...) -> PointColumn {
            var column = PointColumn(phase + name, type)
            column = PointColumn(column.name, type, path: ["phases", phase] + path)
            return column
        }
        return [
            column("LatencySeconds", "REAL", "latencySeconds"),
            column("ComputeSeconds", "REAL", "latencyBreakdownSeconds", "compute"),
            column("MemorySeconds", "REAL", "latencyBreakdownSeconds", "memory"),
            column("VectorSeconds", "REAL", "latencyBreakdownSeconds", "vector"),
            column("CommunicationExposedSeconds", "REAL", "latencyBreakdownSeconds", "communicationExposed"),
            column("IdleSeconds", "REAL", "latencyBreakdownSeconds", "idle"),
            column("EnergyJoules", "REAL", "energyJoules", "total"),
            column("DramEnergyJoules", "REAL", "energyJoules", "dram"),
            column("LinkEnergyJoules", "REAL", "energyJoules", "link"),
            column("DramBytes", "INTEGER", "dramBytes"), column("LinkBytes", "INTEGER", "linkBytes"),
            column("Macs", "INTEGER", "macs"), column("Utilization", "REAL", "utilization"),
            column("Bound", "TEXT", "bound"),
        ]
    }

    private init(_ name: String, _ type: String, path: [String]) {
        self.name = name
        self.type = type
        self.path = path
    }

    /// The values of all columns in a document as text, nil where it has none.
    ///
    /// Text because whoever simulates a point sends it to whoever has the store; numbers survive it to the last bit.
    static func texts(in document: Data) throws -> [String?] {
        let document = try JSONSerialization.jsonObject(with: document)
        return all.map { column in
            var value: Any? = document
            for key in column.path { value = (value as? [String: Any])?[key] }
            switch (column.type, value) {
            case ("TEXT", let text as String): return text
            case ("INTEGER", let number as NSNumber): return "\(number.int64Value)"
            case ("REAL", let number as NSNumber): return "\(number.doubleValue)"
            default: return nil
            }
        }
    }

    /// The value that a text stands for.
    func value(of text: String?) -> DatabaseValue {
        switch (type, text) {
        case ("TEXT", let text?): text.databaseValue
        case ("INTEGER", let text?): Int64(text).databaseValue
        case ("REAL", let text?): Double(text).databaseValue
        default: .null
        }
    }
}
