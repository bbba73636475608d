import _RandomTestSupport

/// Damage to the structure of a GGUF file: numbers of its header, values and tensors.
enum GGUFMutation {
    /// Damages a file in one way; one that is too damaged to be walked through stays as it is.
    static func apply(to bytes: inout [UInt8], other: [UInt8], _ numbers: inout SeededGenerator) {
        guard let map = GGUFMap(bytes), !map.payloads.isEmpty, !map.tensors.isEmpty else { return }
        switch numbers.integer(0...7) {
        case 0...3:
            let places = numbers.flag() ? map.numbers : map.payloads
            // The first numbers decide most.
            let reach = numbers.flag() ? min(places.count, 100) : places.count
            let range = places[numbers.integer(0...reach - 1)]
            let found = bytes[range].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            set(&bytes, range, HostileNumbers.number(near: found, &numbers))
        case 4:
            // An entry is there twice, under a name that is there already.
            let entries = numbers.flag() ? map.values : map.tensors
            let entry = numbers.pick(entries)
            bytes.insert(contentsOf: Array(bytes[entry]), at: entry.upperBound)
            count(&bytes, isValue: entry.lowerBound < map.tensors[0].lowerBound, by: numbers.integer(0...1))
        case 5:
            let entries = numbers.flag() ? map.values : map.tensors
            let entry = numbers.pick(entries)
            bytes.removeSubrange(entry)
            count(&bytes, isValue: entry.lowerBound < map.tensors[0].lowerBound, by: -numbers.integer(0...1))
        case 6:
            // An entry in the place of another.
            let (first, second) = (numbers.pick(map.values + map.tensors), numbers.pick(map.values + map.tensors))
            bytes.replaceSubrange(first, with: Array(bytes[second]))
        default:
            // The values of one file in front of the tensors of another.
            guard let otherMap = GGUFMap(other), !otherMap.values.isEmpty else { return }
            let values = map.values[0].lowerBound..<map.tensors[0].lowerBound
            let others = other[otherMap.values[0].lowerBound..<otherMap.values[otherMap.values.count - 1].upperBound]
            bytes.replaceSubrange(values, with: others)
            set(&bytes, 16..<24, UInt64(otherMap.values.count))
        }
    }

    /// Changes the number of values or tensors.
    private static func count(_ bytes: inout [UInt8], isValue: Bool, by change: Int) {
        let range = isValue ? 16..<24 : 8..<16
        let found = bytes[range].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        set(&bytes, range, UInt64(bitPattern: Int64(bitPattern: found) + Int64(change)))
    }

    private static func set(_ bytes: inout [UInt8], _ range: Range<Int>, _ value: UInt64) {
        for (index, place) in range.enumerated() {
            bytes[place] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }
}
