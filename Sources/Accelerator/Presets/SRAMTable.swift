/// Energies and areas of a 512 KiB buffer of eight banks at 28 nm, by the width of one access.
///
/// Run with CACTI 7 (HewlettPackard/cacti) and the settings of the authors' released simulator: one 64 KiB bank, one read
/// and one write port, ITRS-HP cells, 360 K, ECC; multiplied by the eight banks that are accessed together.
public struct SRAMTable: Sendable {
    /// Width of one access in bits.
    public let accessBits: Int
    /// Energy of one read access in picojoules.
    public let read: Double
    /// Energy of one write access in picojoules.
    public let write: Double
    /// Area in mm2.
    public let squareMillimeters: Double

    /// Energy of reading one bit in picojoules.
    public var readPerBit: Double { read / Double(accessBits) }
    /// Energy of writing one bit in picojoules.
    public var writePerBit: Double { write / Double(accessBits) }
    /// Area in um2.
    public var squareMicrometers: Double { (squareMillimeters * 1e6).rounded() }

    private static let rows = [
        SRAMTable(accessBits: 128, read: 60.12992, write: 37.16792, squareMillimeters: 1.427944),
        SRAMTable(accessBits: 144, read: 61.54176, write: 38.45888, squareMillimeters: 1.435552),
        SRAMTable(accessBits: 192, read: 66.57808, write: 43.3184, squareMillimeters: 1.529144),
        SRAMTable(accessBits: 256, read: 70.0928, write: 51.71784, squareMillimeters: 1.48456),
        SRAMTable(accessBits: 288, read: 72.59616, write: 54.1192, squareMillimeters: 1.500336),
        SRAMTable(accessBits: 384, read: 82.8304, write: 64.04792, squareMillimeters: 1.590344),
        SRAMTable(accessBits: 512, read: 92.7944, write: 83.3536, squareMillimeters: 1.601896),
        SRAMTable(accessBits: 576, read: 107.696, write: 89.3432, squareMillimeters: 1.43136),
        SRAMTable(accessBits: 768, read: 125.64800000000001, write: 107.0496, squareMillimeters: 1.497104),
        SRAMTable(accessBits: 1024, read: 138.4416, write: 156.0904, squareMillimeters: 1.570672),
        SRAMTable(accessBits: 1152, read: 147.13760000000002, write: 164.7336, squareMillimeters: 1.604216),
        SRAMTable(accessBits: 1536, read: 182.8184, write: 200.1048, squareMillimeters: 1.747528),
        SRAMTable(accessBits: 2048, read: 213.356, write: 302.7912, squareMillimeters: 1.9062),
    ]

    /// The widths that the table holds.
    public static var widths: [Int] { rows.map(\.accessBits) }

    /// The buffer with accesses of that width.
    ///
    /// - Precondition: the width is one of ``widths``: the table does not extrapolate.
    public static func buffer512KiB(accessBits: Int) -> SRAMTable {
        guard let row = rows.first(where: { $0.accessBits == accessBits }) else {
            preconditionFailure("no CACTI run for \(accessBits) bits")
        }
        return row
    }
}
