/// One line of a CSV file, cut into cells.
///
/// Cells are separated by commas; blanks around them do not count. A cell in quotation marks may hold commas and doubled
/// quotation marks (RFC 4180), but no line break. The memory is used again for the next line.
struct CSVLine: ~Copyable {
    /// The number of cells.
    private(set) var count = 0

    private var cells: UnsafeMutablePointer<Range<Int>>
    private var capacity = 64

    init() { cells = .allocate(capacity: capacity) }

    deinit { cells.deallocate() }

    /// The place of a cell in the line, without blanks and quotation marks.
    subscript(index: Int) -> Range<Int> {
        @inline(__always) get {
            precondition(index >= 0 && index < count, "the line has \(count) cells")
            return cells[index]
        }
    }

    /// Cuts a line.
    ///
    /// - Returns: false if a quotation mark is not closed or something stands behind it.
    mutating func split(_ line: UnsafeRawBufferPointer) -> Bool {
        count = 0
        var position = 0
        while true {
            while position < line.count, isBlank(line[position]) { position += 1 }
            if position < line.count, line[position] == UInt8(ascii: "\"") {
                guard let end = closingMark(line, after: position) else { return false }
                append(position + 1, end)
                position = end + 1
                while position < line.count, isBlank(line[position]) { position += 1 }
                guard position == line.count || line[position] == UInt8(ascii: ",") else { return false }
            } else {
                let start = position
                while position < line.count, line[position] != UInt8(ascii: ",") { position += 1 }
                var end = position
                while end > start, isBlank(line[end - 1]) { end -= 1 }
                append(start, end)
            }
            guard position < line.count else { return true }
            position += 1
        }
    }

    @inline(__always)
    private mutating func append(_ start: Int, _ end: Int) {
        if count == capacity { grow() }
        cells[count] = start..<end
        count += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Range<Int>>.allocate(capacity: 2 * capacity)
        larger.update(from: cells, count: count)
        cells.deallocate()
        cells = larger
        capacity *= 2
    }

    private func closingMark(_ line: UnsafeRawBufferPointer, after opening: Int) -> Int? {
        var position = opening + 1
        while position < line.count {
            if line[position] == UInt8(ascii: "\"") {
                guard position + 1 < line.count, line[position + 1] == UInt8(ascii: "\"") else { return position }
                position += 1
            }
            position += 1
        }
        return nil
    }

    @inline(__always)
    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
