import Units

/// What one constant of an accelerator means, in which unit and between which bounds it may be given.
public struct ParameterDefinition: Sendable {
    /// What it measures; decides the units it may be written in.
    public let dimension: Dimension
    /// The allowed values in the dimension's base unit.
    public let range: ClosedRange<Double>
    /// Whether only whole numbers make sense.
    public let isWhole: Bool
    /// One line on what it is.
    public let summary: String

    init(_ dimension: Dimension, _ range: ClosedRange<Double>, whole: Bool = false, _ summary: String) {
        self.dimension = dimension
        self.range = range
        isWhole = whole
        self.summary = summary
    }
}

extension ParameterKey {
    /// What the constant means and what it may be.
    public var definition: ParameterDefinition {
        switch self {
        case .clock: .init(.frequency, 1e6...1e11, "clock of the whole chip")
        case .arrayClusters: .init(.count, 1...65536, whole: true, "clusters of PEs; how they stand is chosen per GEMM")
        case .arrayClusterRows: .init(.count, 1...1024, whole: true, "PEs of a cluster along the outputs")
        case .arrayClusterColumns: .init(.count, 1...1024, whole: true, "PEs of a cluster along the tokens")
        case .arrayLanes: .init(.count, 1...256, whole: true, "weights a PE takes in one step, along the inputs")
        case .arrayFill: .init(.cycles, 0...10000, whole: true, "cycles to fill and drain the PE pipeline, per tile")
        case .arrayDequantise:
            .init(.cycles, 0...1000, whole: true, "cycles of one bit-serial group scaling, hidden behind longer groups")
        case .arrayEnergy: .init(.energy, 0...1e6, "energy of one active PE for one cycle, before place and route")
        case .arrayAccumulateEnergy: .init(.energy, 0...1e6, "energy of adding one group's partial sum in FP32")
        case .arrayIdleFraction: .init(.ratio, 0...1, "share of the active energy that a clock-gated PE still takes")
        case .arrayArea: .init(.area, 0...1e9, "area of one PE, before place and route")
        case .arrayEncoderArea: .init(.area, 0...1e9, "area of the term encoders of one cluster")
        case .arrayPlaceAndRoute: .init(.ratio, 1...10, "factor from synthesis to layout, on PE energy and area")
        case .sideGatherLanes: .init(.count, 1...65536, whole: true, "outliers that the chip multiplies in a cycle")
        case .sideMultiplyAddEnergy: .init(.energy, 0...1e6, "energy of an FP32 multiply-add behind the PEs")
        case .sideAdditionEnergy: .init(.energy, 0...1e6, "energy of an FP32 addition beside or behind the PEs")
        case .sideIntegerAdditionEnergy: .init(.energy, 0...1e6, "energy of an integer addition in a PE")
        case .sideGatherEnergy:
            .init(.energy, 0...1e6, "energy of a product with an outlier, its activation's fetch included")
        case .sideMultiplyAddArea: .init(.area, 0...1e9, "area of an FP32 multiply-add unit, before place and route")
        case .sideAdditionArea: .init(.area, 0...1e9, "area of an FP32 adder, before place and route")
        case .sideIntegerAdditionArea: .init(.area, 0...1e9, "area of a 32-bit adder, before place and route")
        case .sideGatherArea: .init(.area, 0...1e9, "area of a lane for outliers, before place and route")
        case .sideIntegerLaneArea:
            .init(.area, 0...1e9, "area of a 32-bit integer lane of the vector unit, before place and route")
        case .weightBufferCapacity: .init(.bytes, 1024...1.0995e12, whole: true, "size, both halves together")
        case .weightBufferPort: .init(.bits, 8...1_048_576, whole: true, "width of the read port per cycle")
        case .weightBufferReadEnergy: .init(.energyPerBit, 0...1e6, "energy of reading a bit")
        case .weightBufferWriteEnergy: .init(.energyPerBit, 0...1e6, "energy of writing a bit")
        case .weightBufferArea: .init(.area, 0...1e12, "area")
        case .weightBufferLeakage: .init(.powerPerCapacity, 0...1e6, "leakage")
        case .activationBufferCapacity:
            .init(.bytes, 1024...1.0995e12, whole: true, "size; half for resident tensors, half for tiles")
        case .activationBufferPort: .init(.bits, 8...1_048_576, whole: true, "width of the read port per cycle")
        case .activationBufferReadEnergy: .init(.energyPerBit, 0...1e6, "energy of reading a bit")
        case .activationBufferWriteEnergy: .init(.energyPerBit, 0...1e6, "energy of writing a bit")
        case .activationBufferArea: .init(.area, 0...1e12, "area")
        case .activationBufferLeakage: .init(.powerPerCapacity, 0...1e6, "leakage")
        case .vectorLanes:
            .init(.count, 1...1_048_576, whole: true, "additions, multiplications or comparisons per cycle")
        case .vectorSpecialLanes:
            .init(.count, 1...1_048_576, whole: true, "exponentials, reciprocals or roots per cycle")
        case .vectorAddEnergy: .init(.energy, 0...1e6, "energy of one FP16 addition or comparison")
        case .vectorMultiplyEnergy: .init(.energy, 0...1e6, "energy of one FP16 multiplication")
        case .vectorSpecialEnergy: .init(.energy, 0...1e6, "energy of one exponential, reciprocal or root")
        case .vectorOverhead: .init(.ratio, 1...10, "registers, control and operand delivery, on vector energy")
        case .vectorArea: .init(.area, 0...1e12, "area")
        case .dramBandwidth: .init(.bandwidth, 1e6...1e15, "peak rate of all channels together")
        case .dramLatency: .init(.time, 0...1e9, "first access to first data, closed row, no queue")
        case .dramBurst: .init(.bytes, 1...65536, whole: true, "smallest piece moved; runs are rounded up to it")
        case .dramRow: .init(.bytes, 1...1_048_576, whole: true, "row opened by one activation")
        case .dramCapacity: .init(.bytes, 1e6...1e15, whole: true, "size; weights and KV cache must fit")
        case .dramRefreshTime: .init(.time, 0...1e9, "tRFC: the channel is closed for this long ...")
        case .dramRefreshInterval: .init(.time, 1...1e12, "tREFI: ... every such interval")
        case .dramEnergy: .init(.energyPerBit, 0...1e6, "flat energy of a moved bit, all inclusive")
        case .dramActivateEnergy: .init(.energy, 0...1e9, "energy of opening and closing one row")
        case .dramReadEnergy: .init(.energyPerBit, 0...1e6, "array and periphery, per bit read")
        case .dramWriteEnergy: .init(.energyPerBit, 0...1e6, "array and periphery, per bit written")
        case .dramInterfaceEnergy: .init(.energyPerBit, 0...1e6, "I/O, PHY and controller, per moved bit")
        case .dramBackgroundPower: .init(.power, 0...1e9, "standby and refresh of all channels")
        case .logicLeakage: .init(.powerPerArea, 0...1e6, "leakage of the logic (PEs, encoders, vector unit)")
        }
    }
}
