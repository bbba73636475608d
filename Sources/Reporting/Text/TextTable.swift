/// Rows of text in columns as wide as their widest entry.
struct TextTable {
    /// The side that a column's entries are flush with.
    enum Alignment {
        case left
        case right
    }

    private let header: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// Creates a table; a title that begins with `>` makes its column flush right.
    init(_ titles: String...) {
        alignments = titles.map { $0.hasPrefix(">") ? .right : .left }
        header = titles.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
    }

    /// Creates a table with all its rows, every column flush left.
    init(_ header: [String], _ rows: [[String]]) {
        self.header = header
        self.rows = rows
        alignments = header.map { _ in .left }
    }

    /// Adds a row with an entry for each column.
    mutating func add(_ entries: String...) { rows.append(entries) }

    /// The lines, header first.
    ///
    /// - Parameter indent: blanks before each line.
    func text(indent: Int = 2) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = String(repeating: " ", count: indent)
            for column in row.indices {
                let entry = row[column]
                let isLast = column == row.count - 1
                switch alignments[column] {
                case .right: line += entry.leftPadded(to: widths[column])
                case .left: line += isLast ? entry : entry.padded(to: widths[column])
                }
                if !isLast { line += "  " }
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
