import Units

/// Energy by where it is spent.
public struct EnergyBreakdown: Hashable, Sendable {
    /// Active PEs, group scaling and accumulation.
    public var pe = Picojoules.zero
    /// Reads and writes of the weight buffer.
    public var weightBuffer = Picojoules.zero
    /// Reads and writes of the activation buffer.
    public var activationBuffer = Picojoules.zero
    /// Off-chip memory, with its background power where that is counted apart.
    public var dram = Picojoules.zero
    /// The vector unit.
    public var vector = Picojoules.zero
    /// Links between chips.
    public var link = Picojoules.zero
    /// Leakage, and clocks of idle PEs.
    public var `static` = Picojoules.zero

    /// No energy.
    public init() {}

    /// Everything, summed in the order of the fields.
    public var total: Picojoules { onChip + dram + link }

    /// What the chip itself takes: all but DRAM and links.
    public var onChip: Picojoules { pe + weightBuffer + activationBuffer + vector + `static` }

    /// The sum of two breakdowns.
    public static func + (left: EnergyBreakdown, right: EnergyBreakdown) -> EnergyBreakdown {
        var sum = left
        sum += right
        return sum
    }

    /// Adds another breakdown, part by part.
    public static func += (left: inout EnergyBreakdown, right: EnergyBreakdown) {
        left.pe += right.pe
        left.weightBuffer += right.weightBuffer
        left.activationBuffer += right.activationBuffer
        left.dram += right.dram
        left.vector += right.vector
        left.link += right.link
        left.static += right.static
    }

    /// A multiple of a breakdown.
    public static func * (left: EnergyBreakdown, right: Double) -> EnergyBreakdown {
        var product = left
        product.pe = left.pe * right
        product.weightBuffer = left.weightBuffer * right
        product.activationBuffer = left.activationBuffer * right
        product.dram = left.dram * right
        product.vector = left.vector * right
        product.link = left.link * right
        product.static = left.static * right
        return product
    }
}

extension EnergyBreakdown: Codable {
    enum CodingKeys: String, CodingKey { case pe, weightBuffer, activationBuffer, dram, vector, link, `static` }
}
