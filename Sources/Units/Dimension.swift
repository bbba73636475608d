/// What a quantity in an input file measures, and the units it may be written in.
///
/// Every dimension has one base unit, in which its values are kept as `Double`.
public enum Dimension: String, Sendable, CaseIterable {
    /// A pure number, written without unit.
    case count
    /// A ratio, written without unit.
    case ratio
    /// Bits; base unit bit.
    case bits
    /// Data; base unit byte.
    case bytes
    /// Data rate in one direction; base unit B/s.
    case bandwidth
    /// Time; base unit ps.
    case time
    /// Chip clock cycles; base unit cycle.
    case cycles
    /// Clock rate; base unit Hz.
    case frequency
    /// Energy; base unit pJ.
    case energy
    /// Energy per moved or stored bit; base unit pJ/bit.
    case energyPerBit
    /// Power; base unit mW.
    case power
    /// Power per area; base unit mW/mm2.
    case powerPerArea
    /// Power per stored data; base unit uW/KiB.
    case powerPerCapacity
    /// Area; base unit um2.
    case area

    /// The accepted units with their size in base units, the base unit first.
    public var units: [(name: String, scale: Double)] {
        switch self {
        case .count, .ratio: [("", 1)]
        case .bits: [("bit", 1)]
        case .bytes:
            [
                ("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
                ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
            ]
        case .bandwidth:
            [
                ("B/s", 1), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12),
                ("KiB/s", 1024), ("MiB/s", 1_048_576), ("GiB/s", 1_073_741_824),
            ]
        case .time: [("ps", 1), ("ns", 1e3), ("us", 1e6), ("ms", 1e9), ("s", 1e12)]
        case .cycles: [("cycles", 1), ("cycle", 1)]
        case .frequency: [("Hz", 1), ("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9)]
        case .energy: [("pJ", 1), ("fJ", 1e-3), ("nJ", 1e3), ("uJ", 1e6), ("mJ", 1e9)]
        case .energyPerBit: [("pJ/bit", 1), ("fJ/bit", 1e-3)]
        case .power: [("mW", 1), ("uW", 1e-3), ("W", 1e3)]
        case .powerPerArea: [("mW/mm2", 1)]
        case .powerPerCapacity: [("uW/KiB", 1)]
        case .area: [("um2", 1), ("mm2", 1e6)]
        }
    }

    /// How a value of this dimension is described to a user, such as `a time such as "20 ns" (ps, ns, us, ms or s)`.
    public var expectation: String {
        let names = units.map(\.name)
        guard let base = names.first, !base.isEmpty else { return "a number without unit" }
        let example =
            switch self {
            case .bytes: "512 KiB"
            case .bandwidth: "64 GB/s"
            case .time: "20 ns"
            case .frequency: "1 GHz"
            case .energy, .energyPerBit: "0.5 \(base)"
            default: "8 \(base)"
            }
        let list =
            names.count == 1 ? base : names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return "a number with unit such as \"\(example)\" (units: \(list))"
    }
}
