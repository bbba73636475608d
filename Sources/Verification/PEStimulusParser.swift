import Documents
import Quantization

/// Reads the lines of a stimuli file.
struct PEStimulusParser: ~Copyable {
    /// The activations of the last line read.
    var activations: PEActivations { PEActivations(bits: SIMD4<UInt16>(truncatingIfNeeded: lanes[0])) }
    /// The terms of the last line read.
    var terms: PETerms { PETerms(signs: lanes[1], exponents: lanes[2], bits: lanes[3], significance: significance) }
    /// Whether the last line's group is another one than that of the line before, or the first.
    private(set) var beginsGroup = false
    /// Whether the line of column names has been read.
    var hasHeader: Bool { !places.isEmpty }

    private let file: String
    private var line = CSVLine()
    /// The cell of each column of `PEColumns.stimuli`, once known.
    private var places: [Int] = []
    /// Whether lines begin with the columns in the order in which they are written.
    private var isInOrder = false
    private var cellCount = 0
    /// Where the columns end in the last line if it was a usual one.
    private var usualEnd: Int?
    /// Activations, signs, exponents and bits.
    private var lanes: [4 of SIMD4<Int>] = [.zero, .zero, .zero, .zero]
    private var significance = 0
    private var group: [UInt8] = []
    private var hasGroup = false

    /// What the first line must hold, for messages.
    static let expectedNames = "a first line with the columns \(PEColumns.stimuli.joined(separator: ","))"

    init(file: String) { self.file = file }

    /// Reads a line.
    ///
    /// - Returns: whether it was a step: not an empty line and not the column names.
    mutating func read(_ bytes: UnsafeRawBufferPointer, line number: Int) throws -> Bool {
        if isInOrder, let end = readUsual(bytes) {
            usualEnd = end
            return true
        }
        usualEnd = nil
        let bytes = number == 1 ? Self.withoutMark(bytes) : bytes
        guard line.split(bytes) else {
            throw InputError(.data, file: file, line: number, problem: "a quotation mark is not closed")
        }
        if line.count == 1, line[0].isEmpty { return false }
        guard hasHeader else {
            try readNames(bytes, line: number)
            return false
        }
        guard line.count == cellCount else {
            throw InputError(
                .data, file: file, line: number, problem: "found \(line.count) cells",
                expected: "\(cellCount), as in the first line")
        }
        for lane in 0..<4 {
            lanes[0][lane] = try hexadecimal(bytes, 1 + lane, number)
            lanes[1][lane] = try natural(bytes, 5 + lane, number, maximum: 1)
            lanes[2][lane] = try natural(bytes, 9 + lane, number, maximum: PEColumns.maximumExponent)
            lanes[3][lane] = try natural(bytes, 13 + lane, number, maximum: 1)
        }
        significance = try natural(bytes, 17, number, maximum: PEColumns.maximumSignificance)
        compareGroup(cell(bytes, 0))
        return true
    }

    /// Writes the cells of the line just read, in the order of the columns.
    func writeCells(of bytes: UnsafeRawBufferPointer, to output: inout TextBuffer) throws {
        try output.reserve(bytes.count + 2 * places.count)
        if let usualEnd {
            output.append(UnsafeRawBufferPointer(rebasing: bytes[..<usualEnd]))
            return
        }
        for column in places.indices {
            if column > 0 { output.append(",") }
            let range = line[places[column]]
            // The quotation marks, which the range leaves out, belong to a cell with a comma in it.
            let isQuoted = range.lowerBound > 0 && bytes[range.lowerBound - 1] == UInt8(ascii: "\"")
            if isQuoted { output.append("\"") }
            output.append(UnsafeRawBufferPointer(rebasing: bytes[range]))
            if isQuoted { output.append("\"") }
        }
    }

    // MARK: Usual lines

    /// Reads a line as programs write it, several times as fast as any other: the columns in order and first, four digits
    /// for each activation, no blanks and quotation marks.
    ///
    /// - Returns: where the columns end, or nil if the line is another one or holds a mistake.
    private mutating func readUsual(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var start = 0
        while start < bytes.count, bytes[start] != 0x2c {
            if bytes[start] <= 0x22 { return nil }
            start += 1
        }
        let end = start + 46
        guard start > 0, end <= bytes.count else { return nil }
        var isUsual = true
        var words = SIMD4<UInt16>()
        for lane in 0..<4 {
            let first = start + 1 + 5 * lane
            var word: UInt16 = 0
            for place in first..<first + 4 {
                let digit = bytes[place] &- 0x30
                let letter = (bytes[place] | 0x20) &- 0x61
                isUsual = isUsual && (digit < 10 || letter < 6)
                word = word << 4 | UInt16(digit < 10 ? digit : letter &+ 10)
            }
            isUsual = isUsual && bytes[first + 4] == 0x2c
            words[lane] = word
        }
        var digits = SIMD16<UInt8>()
        var commas = SIMD16<UInt8>(repeating: 0x2c)
        for index in 0..<12 {
            digits[index] = bytes[start + 21 + 2 * index] &- 0x30
            commas[index] = bytes[start + 22 + 2 * index]
        }
        digits[12] = bytes[start + 45] &- 0x30
        guard isUsual, commas == SIMD16(repeating: 0x2c), all(digits .<= PEColumns.usualMaximums) else { return nil }
        var others = 0
        var marks = 0
        for place in end..<bytes.count {
            others &+= bytes[place] == 0x2c ? 1 : 0
            marks &+= bytes[place] == 0x22 ? 1 : 0
        }
        guard marks == 0, others == cellCount - places.count, end == bytes.count || bytes[end] == 0x2c else {
            return nil
        }
        lanes[0] = SIMD4<Int>(truncatingIfNeeded: words)
        for lane in 0..<4 {
            lanes[1][lane] = Int(digits[lane])
            lanes[2][lane] = Int(digits[4 + lane])
            lanes[3][lane] = Int(digits[8 + lane])
        }
        significance = Int(digits[12])
        compareGroup(UnsafeRawBufferPointer(rebasing: bytes[..<start]))
        return end
    }

    // MARK: Other lines

    private mutating func readNames(_ bytes: UnsafeRawBufferPointer, line number: Int) throws {
        let names = (0..<line.count).map { String(decoding: bytes[line[$0]], as: UTF8.self) }
        for name in PEColumns.stimuli {
            let found = names.indices.filter { names[$0] == name }
            guard found.count == 1, let place = found.first else {
                throw InputError(
                    .data, file: file, line: number, key: name,
                    problem: found.isEmpty ? "the column is missing" : "the column is given \(found.count) times",
                    expected: Self.expectedNames)
            }
            places.append(place)
        }
        isInOrder = places == Array(places.indices)
        cellCount = names.count
    }

    private mutating func compareGroup(_ cell: UnsafeRawBufferPointer) {
        var isSame = hasGroup && cell.count == group.count
        if isSame { for index in cell.indices where cell[index] != group[index] { isSame = false } }
        beginsGroup = !isSame
        if isSame { return }
        group = Array(cell)
        hasGroup = true
    }

    /// A line without the byte-order mark with which some programs begin a file.
    private static func withoutMark(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        bytes.starts(with: [0xef, 0xbb, 0xbf]) ? UnsafeRawBufferPointer(rebasing: bytes[3...]) : bytes
    }

    // MARK: Cells

    @inline(__always)
    private func cell(_ bytes: UnsafeRawBufferPointer, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[line[places[column]]])
    }

    @inline(__always)
    private func hexadecimal(_ bytes: UnsafeRawBufferPointer, _ column: Int, _ number: Int) throws -> Int {
        let cell = cell(bytes, column)
        var value = 0
        var isNumber = cell.count >= 1 && cell.count <= 4
        for byte in cell {
            let digit = byte &- 0x30
            let letter = (byte | 0x20) &- 0x61
            isNumber = isNumber && (digit < 10 || letter < 6)
            value = value << 4 | Int(digit < 10 ? digit : letter &+ 10)
        }
        guard isNumber else { throw wrong(cell, column, number, expected: "1 to 4 hexadecimal digits") }
        return value
    }

    @inline(__always)
    private func natural(
        _ bytes: UnsafeRawBufferPointer, _ column: Int, _ number: Int, maximum: Int
    ) throws -> Int {
        let cell = cell(bytes, column)
        guard cell.count == 1, cell[0] >= 0x30, Int(cell[0]) - 0x30 <= maximum else {
            throw wrong(cell, column, number, expected: maximum == 1 ? "0 or 1" : "0 to \(maximum)")
        }
        return Int(cell[0]) - 0x30
    }

    private func wrong(
        _ cell: UnsafeRawBufferPointer, _ column: Int, _ number: Int, expected: String
    ) -> InputError {
        let text = String(decoding: cell.prefix(40), as: UTF8.self)
        return InputError(
            .data, file: file, line: number, key: PEColumns.stimuli[column], problem: "found \"\(text)\"",
            expected: expected)
    }
}
