import Units

/// One simulated accelerator, ready for computing: the constants of an ``AcceleratorDescription`` in typed form.
public struct Chip: Sendable {
    /// The name of its description.
    public let name: String
    /// The clock of the whole chip.
    public let clock: Frequency
    /// The PEs.
    public let array: ProcessingArray
    /// Holds tiles of the bit-serial operand: weights, keys, values.
    public let weightBuffer: Buffer
    /// Holds resident activations (one half) and tiles of inputs and outputs (the other).
    public let activationBuffer: Buffer
    /// Norms, softmax, activation functions, RoPE, residual sums.
    public let vectorUnit: VectorUnit
    /// Off-chip memory.
    public let dram: DRAM
    /// What schemes need beside the PEs.
    public let sideUnits: SideUnits
    /// Area of those that the chip has for the schemes of its weights, after layout.
    public let sideAreaSquareMicrometers: Double
    /// The shapes the array can take; kept because it is asked for in the innermost search.
    let arrangements: [Arrangement]
    /// Leakage of PEs, encoders, units beside them and vector unit, in milliwatts.
    public let logicLeakageMilliwatts: Double

    /// Creates the chip that a description describes, with what weights of some formats need beside the PEs.
    public init(_ description: AcceleratorDescription, for formats: [WeightFormat] = []) {
        func whole(_ key: ParameterKey) -> Int { Int(description[key]) }
        let isBitSerial = description.processingElement == .bitSerial
        name = description.name
        let clock = Frequency(hertz: description[.clock])
        self.clock = clock
        let layout = description[.arrayPlaceAndRoute]
        array = ProcessingArray(
            kind: description.processingElement, clusters: whole(.arrayClusters), clusterRows: whole(.arrayClusterRows),
            clusterColumns: whole(.arrayClusterColumns), lanes: whole(.arrayLanes), fillCycles: whole(.arrayFill),
            dequantiseCycles: isBitSerial ? whole(.arrayDequantise) : 0,
            energyPerActiveCycle: Picojoules(description[.arrayEnergy] * layout),
            accumulateEnergy: Picojoules(description[.arrayAccumulateEnergy]),
            idleFraction: description[.arrayIdleFraction],
            areaSquareMicrometers: layout
                * (description[.arrayArea] * description[.arrayClusters] * description[.arrayClusterRows]
                    * description[.arrayClusterColumns]
                    + (isBitSerial ? description[.arrayEncoderArea] * description[.arrayClusters] : 0)))
        arrangements = array.arrangements
        sideUnits = SideUnits(
            gatherLanes: whole(.sideGatherLanes),
            multiplyAddEnergy: Picojoules(description[.sideMultiplyAddEnergy] * layout),
            additionEnergy: Picojoules(description[.sideAdditionEnergy] * layout),
            integerAdditionEnergy: Picojoules(description[.sideIntegerAdditionEnergy] * layout),
            gatherEnergy: Picojoules(description[.sideGatherEnergy] * layout),
            areas: (
                description[.sideMultiplyAddArea] * layout, description[.sideAdditionArea] * layout,
                description[.sideIntegerAdditionArea] * layout, description[.sideGatherArea] * layout,
                description[.sideIntegerLaneArea] * layout
            ))
        let (units, besides, lanes) = (sideUnits, array, whole(.vectorLanes))
        sideAreaSquareMicrometers = formats.reduce(0) {
            max(
                $0,
                units.areaSquareMicrometers(
                    for: $1.side, hasOutliers: $1.outlierShareQ32 > 0, beside: besides, vectorLanes: lanes))
        }
        weightBuffer = Buffer(
            capacity: Bytes(whole(.weightBufferCapacity)), portBits: whole(.weightBufferPort),
            readEnergyPerBit: Picojoules(description[.weightBufferReadEnergy]),
            writeEnergyPerBit: Picojoules(description[.weightBufferWriteEnergy]),
            areaSquareMicrometers: description[.weightBufferArea],
            leakageMilliwatts: description[.weightBufferLeakage] * description[.weightBufferCapacity] / 1024 / 1000)
        activationBuffer = Buffer(
            capacity: Bytes(whole(.activationBufferCapacity)), portBits: whole(.activationBufferPort),
            readEnergyPerBit: Picojoules(description[.activationBufferReadEnergy]),
            writeEnergyPerBit: Picojoules(description[.activationBufferWriteEnergy]),
            areaSquareMicrometers: description[.activationBufferArea],
            leakageMilliwatts: description[.activationBufferLeakage] * description[.activationBufferCapacity] / 1024
                / 1000)
        let overhead = description[.vectorOverhead]
        vectorUnit = VectorUnit(
            lanes: whole(.vectorLanes), specialLanes: whole(.vectorSpecialLanes),
            addEnergy: Picojoules(description[.vectorAddEnergy] * overhead),
            multiplyEnergy: Picojoules(description[.vectorMultiplyEnergy] * overhead),
            specialEnergy: Picojoules(description[.vectorSpecialEnergy] * overhead),
            areaSquareMicrometers: description[.vectorArea])
        dram = DRAM(description, clock: clock)
        logicLeakageMilliwatts =
            description[.logicLeakage]
            * (array.areaSquareMicrometers + sideAreaSquareMicrometers + vectorUnit.areaSquareMicrometers) / 1e6
    }

    /// Multiply-adds per cycle when every lane of every PE works.
    ///
    /// - Parameter cyclesPerStep: cycles that a PE takes for one weight per lane.
    public func peakMACsPerCycle(cyclesPerStep: Int) -> Double {
        Double(array.elements * array.lanes) / Double(cyclesPerStep)
    }

    /// Bytes of the activation buffer that tiles of inputs and outputs may take: half of it beside tensors that stay
    /// there, all of it where the operator's tensors are too large to stay.
    func tileCapacity(besideResidents: Bool) -> Int { activationBuffer.capacity.count / (besideResidents ? 2 : 1) }

    /// Leakage of the whole chip in milliwatts.
    public var leakageMilliwatts: Double {
        logicLeakageMilliwatts + weightBuffer.leakageMilliwatts + activationBuffer.leakageMilliwatts
    }

    /// Area of the chip in mm2: PEs with encoders and units beside them after layout, buffers, vector unit.
    public var areaSquareMillimeters: Double {
        (array.areaSquareMicrometers + sideAreaSquareMicrometers + weightBuffer.areaSquareMicrometers
            + activationBuffer.areaSquareMicrometers
            + vectorUnit.areaSquareMicrometers) / 1e6
    }
}
