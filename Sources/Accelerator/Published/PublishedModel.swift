/// The analytical chip model of the authors' released simulator, equal to the cycle.
///
/// With it the 60 latencies of Figure 7 come out equal to the cycle and the 120 energies of Figure 8 equal to the printed
/// microjoule. Its known approximations and errors (attention shapes, whole-operand refetch, energy of idle PEs, no
/// latency) are kept here and only here; ``MappingSearch`` is the honest model. `docs/published-model.md` lists them.
public struct PublishedModel: Sendable {
    /// Energy of 64 bits to or from DRAM in picojoules, and the other constants of the simulator.
    private static let dramEnergyPer64Bits = 1200.0
    private static let dramBytesPerCycle = 32
    private static let bufferBytes = 524_288
    private static let placeAndRoute = 1.5
    private static let activationBits = 16

    /// The accelerator.
    public let accelerator: PublishedAccelerator
    /// PE rows and columns.
    public let array: (rows: Int, columns: Int)
    /// Weight bits with group metadata, in units of 2^-16 bit.
    private let weightBitsQ16: Int
    /// Cycles per tile.
    public let cyclesPerTile: Int
    private let weightSRAM: SRAMTable
    private let inputSRAM: SRAMTable

    /// Creates the model.
    ///
    /// - Returns: nil where a buffer port would have a width for which there is no CACTI run; ``portBits`` says which.
    public init?(_ accelerator: PublishedAccelerator, array: (rows: Int, columns: Int), weightBits: Double) {
        let ports = Self.portBits(accelerator, array: array, weightBits: weightBits)
        guard SRAMTable.widths.contains(ports.weight), SRAMTable.widths.contains(ports.input) else { return nil }
        self.accelerator = accelerator
        self.array = array
        weightBitsQ16 = Int((weightBits * 65536).rounded())
        cyclesPerTile = accelerator.isBitSerial ? (Int(weightBits) + 1) / 2 : 1
        weightSRAM = .buffer512KiB(accessBits: ports.weight)
        inputSRAM = .buffer512KiB(accessBits: ports.input)
    }

    /// Widths of the two buffers' ports: `k ⌈w/4⌉ 4 R` and `16 k C`, halved for bit-serial PEs.
    public static func portBits(
        _ accelerator: PublishedAccelerator, array: (rows: Int, columns: Int), weightBits: Double
    ) -> (weight: Int, input: Int) {
        let weight = accelerator.lanes * Int((weightBits / 4).rounded(.up)) * 4 * array.rows
        let input = activationBits * accelerator.lanes * array.columns
        return accelerator.isBitSerial ? (weight / 2, input / 2) : (weight, input)
    }

    /// What one instance of a product takes.
    public func cost(of gemm: PublishedGEMM) -> PublishedCost {
        func ceilDivide(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
        let tiles =
            ceilDivide(gemm.inputs, accelerator.lanes) * ceilDivide(gemm.outputs, array.rows)
            * ceilDivide(gemm.tokens, array.columns)
        let computeCycles = tiles * cyclesPerTile

        let storedQ16 = gemm.isAttention ? Self.activationBits << 16 : weightBitsQ16
        let weightBytes = ceilDivide(gemm.inputs * storedQ16, 8 << 16) * gemm.outputs
        let inputBytes = ceilDivide(gemm.inputSideInputs * Self.activationBits, 8) * gemm.tokens
        let outputBytes = ceilDivide(gemm.outputs * Self.activationBits, 8) * gemm.tokens

        // Where neither operand fits, one of the two is fetched again for each buffer-full of the other.
        var fetches = (weight: 1, input: 1)
        if weightBytes > Self.bufferBytes, inputBytes > Self.bufferBytes {
            let weight = ceilDivide(inputBytes, Self.bufferBytes)
            let input = ceilDivide(weightBytes, Self.bufferBytes)
            let refetchesWeights = weight * weightBytes + inputBytes < input * inputBytes + weightBytes
            fetches = refetchesWeights ? (weight, 1) : (1, input)
        }
        let moved = fetches.weight * weightBytes + fetches.input * inputBytes + outputBytes
        let dramCycles = moved / Self.dramBytesPerCycle

        let elements = Double(array.rows * array.columns)
        // Attention operands are charged here with the weights' width: an error of the simulator, kept.
        let weightWrites = ceilDivide(gemm.inputs * weightBitsQ16, 64 << 16) * gemm.outputs * fetches.weight
        let inputWrites =
            ceilDivide(gemm.inputSideInputs * Self.activationBits, 64) * gemm.tokens * fetches.input
        let outputWrites = ceilDivide(gemm.outputs * Self.activationBits, 64) * gemm.tokens
        let weightWriteEnergy = weightSRAM.writePerBit * 64
        let inputWriteEnergy = inputSRAM.writePerBit * 64
        return PublishedCost(
            tiles: tiles, computeCycles: computeCycles, dramCycles: dramCycles,
            latencyCycles: max(computeCycles, dramCycles), weightFetches: fetches.weight,
            inputFetches: fetches.input, weightBytes: weightBytes, inputBytes: inputBytes, outputBytes: outputBytes,
            dramBytes: moved,
            computeEnergyPicojoules: accelerator.energyPerElementCycle * Self.placeAndRoute * elements
                * Double(computeCycles),
            bufferReadEnergyPicojoules: Double(tiles) * (weightSRAM.read + inputSRAM.read),
            bufferWriteEnergyPicojoules: Double(weightWrites) * weightWriteEnergy
                + Double(inputWrites) * inputWriteEnergy + Double(outputWrites) * inputWriteEnergy,
            weightBufferEnergyPicojoules: Double(tiles) * weightSRAM.read + Double(weightWrites) * weightWriteEnergy,
            macs: gemm.inputs * gemm.outputs * gemm.tokens,
            dramEnergyPicojoules: Double(moved) * 8 / 64 * Self.dramEnergyPer64Bits)
    }
}
