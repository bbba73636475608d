import Units

/// An on-chip SRAM buffer with one read and one write port.
public struct Buffer: Sendable {
    /// Size, both halves of the double buffer together.
    public let capacity: Bytes
    /// Bits that the read port delivers per cycle.
    public let portBits: Int
    /// Energy of reading one bit.
    public let readEnergyPerBit: Picojoules
    /// Energy of writing one bit.
    public let writeEnergyPerBit: Picojoules
    /// Area.
    public let areaSquareMicrometers: Double
    /// Leakage of the whole buffer.
    public let leakageMilliwatts: Double
}
