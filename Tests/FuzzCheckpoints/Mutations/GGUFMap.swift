/// Where the numbers and entries of a right GGUF file lie.
struct GGUFMap {
    /// Every number of the header: counts, lengths, types, dimensions, offsets and values.
    private(set) var numbers: [Range<Int>] = []
    /// The numbers that are metadata values or elements of lists.
    private(set) var payloads: [Range<Int>] = []
    /// The metadata values.
    private(set) var values: [Range<Int>] = []
    /// The rows of the table of tensors.
    private(set) var tensors: [Range<Int>] = []

    private let bytes: [UInt8]
    private var position = 4

    /// The map of a file, or nil if it is none that this walk understands.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.starts(with: Array("GGUF".utf8)), number(4) != nil, let tensorCount = number(8),
            let valueCount = number(8), tensorCount < 1000, valueCount < 1000
        else { return nil }
        for _ in 0..<valueCount {
            let start = position
            guard text(), let type = number(4), value(type) else { return nil }
            values.append(start..<position)
        }
        for _ in 0..<tensorCount {
            let start = position
            guard text(), let dimensions = number(4), dimensions <= 4 else { return nil }
            for _ in 0..<dimensions where number(8) == nil { return nil }
            guard number(4) != nil, number(8) != nil else { return nil }
            tensors.append(start..<position)
        }
    }

    private mutating func number(_ width: Int) -> UInt64? {
        guard width <= bytes.count - position else { return nil }
        let range = position..<position + width
        position += width
        numbers.append(range)
        return bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func text() -> Bool {
        guard let length = number(8), length <= UInt64(bytes.count - position) else { return false }
        position += Int(length)
        return true
    }

    private mutating func value(_ type: UInt64) -> Bool {
        let widths: [UInt64: Int] = [0: 1, 1: 1, 7: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 10: 8, 11: 8, 12: 8]
        if let width = widths[type] {
            guard number(width) != nil else { return false }
            payloads.append(position - width..<position)
            return true
        }
        switch type {
        case 8: return text()
        case 9:
            guard let element = number(4), element != 9, let count = number(8), count < 100_000 else { return false }
            for _ in 0..<count where !value(element) { return false }
            return true
        default: return false
        }
    }
}
