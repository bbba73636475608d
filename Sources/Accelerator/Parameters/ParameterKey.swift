import Units

/// The name of one constant of an accelerator, as it stands in accelerator files: `dram.bandwidth`.
///
/// Together with ``ParameterKey/definition`` this is the one table of what an accelerator is made of. Values and their
/// sources stand in the presets.
public enum ParameterKey: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    case clock = "clock"

    case arrayClusters = "array.clusters"
    case arrayClusterRows = "array.cluster-rows"
    case arrayClusterColumns = "array.cluster-columns"
    case arrayLanes = "array.lanes"
    case arrayFill = "array.fill"
    case arrayDequantise = "array.dequantise"
    case arrayEnergy = "array.pe-energy"
    case arrayAccumulateEnergy = "array.accumulate-energy"
    case arrayIdleFraction = "array.idle-fraction"
    case arrayArea = "array.pe-area"
    case arrayEncoderArea = "array.encoder-area"
    case arrayPlaceAndRoute = "array.place-and-route"

    case sideGatherLanes = "side.gather-lanes"
    case sideMultiplyAddEnergy = "side.multiply-add-energy"
    case sideAdditionEnergy = "side.addition-energy"
    case sideIntegerAdditionEnergy = "side.integer-addition-energy"
    case sideGatherEnergy = "side.gather-energy"
    case sideMultiplyAddArea = "side.multiply-add-area"
    case sideAdditionArea = "side.addition-area"
    case sideIntegerAdditionArea = "side.integer-addition-area"
    case sideGatherArea = "side.gather-area"
    case sideIntegerLaneArea = "side.integer-lane-area"

    case weightBufferCapacity = "weight-buffer.capacity"
    case weightBufferPort = "weight-buffer.port"
    case weightBufferReadEnergy = "weight-buffer.read-energy"
    case weightBufferWriteEnergy = "weight-buffer.write-energy"
    case weightBufferArea = "weight-buffer.area"
    case weightBufferLeakage = "weight-buffer.leakage"

    case activationBufferCapacity = "activation-buffer.capacity"
    case activationBufferPort = "activation-buffer.port"
    case activationBufferReadEnergy = "activation-buffer.read-energy"
    case activationBufferWriteEnergy = "activation-buffer.write-energy"
    case activationBufferArea = "activation-buffer.area"
    case activationBufferLeakage = "activation-buffer.leakage"

    case vectorLanes = "vector.lanes"
    case vectorSpecialLanes = "vector.special-lanes"
    case vectorAddEnergy = "vector.add-energy"
    case vectorMultiplyEnergy = "vector.multiply-energy"
    case vectorSpecialEnergy = "vector.special-energy"
    case vectorOverhead = "vector.overhead"
    case vectorArea = "vector.area"

    case dramBandwidth = "dram.bandwidth"
    case dramLatency = "dram.latency"
    case dramBurst = "dram.burst"
    case dramRow = "dram.row"
    case dramCapacity = "dram.capacity"
    case dramRefreshTime = "dram.refresh-time"
    case dramRefreshInterval = "dram.refresh-interval"
    case dramEnergy = "dram.energy"
    case dramActivateEnergy = "dram.activate-energy"
    case dramReadEnergy = "dram.read-energy"
    case dramWriteEnergy = "dram.write-energy"
    case dramInterfaceEnergy = "dram.interface-energy"
    case dramBackgroundPower = "dram.background-power"

    case logicLeakage = "logic.leakage"
}
