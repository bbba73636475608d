/// The parts that the paper's four accelerators share, each value with its source.
enum PaperChip {
    private static let sram = "CACTI 7, 28 nm, 64 KiB banks, 360 K"
    private static let ddr4 = "JEDEC DDR4-3200, 8 Gb; Ramulator 2.1 preset"

    static let common: [ParameterKey: Parameter] = [
        .clock: Parameter(1e9, .high, "synthesis script of the authors: 1 ns"),
        .arrayClusters: Parameter(16, .high, "16 clusters make the 32x32 and 64x16 arrays of the released simulator"),
        .arrayFill: Parameter(
            4, .medium, "one cycle for each stage of the PE: match, multiply-align, accumulate, scale"),
        .arrayAccumulateEnergy: Parameter(
            0.456, .medium, "FP32 add: Horowitz, ISSCC 2014, scaled to 28 nm after Stillmaker and Baas 2017"),
        .arrayIdleFraction: Parameter(0.1, .low, "assumed, 0.05 to 0.35 to sweep; clock tree share of gated logic"),
        .arrayPlaceAndRoute: Parameter(1.5, .medium, "released simulator, on energy; applied to area as well"),
        .sideGatherLanes: Parameter(32, .low, "assumed: two a cluster, enough for 1.5 % of outliers"),
        .sideMultiplyAddEnergy: Parameter(
            2.33, .medium, "FP32 multiply and add: Horowitz, ISSCC 2014, scaled to 28 nm after Stillmaker and Baas 2017"
        ),
        .sideAdditionEnergy: Parameter(
            0.456, .medium, "FP32 add: Horowitz, ISSCC 2014, scaled to 28 nm after Stillmaker and Baas 2017"),
        .sideIntegerAdditionEnergy: Parameter(
            0.051, .medium, "32-bit add: Horowitz, ISSCC 2014, scaled to 28 nm after Stillmaker and Baas 2017"),
        .sideGatherEnergy: Parameter(
            1.5, .low, "FP16 multiply 0.557 and FP32 add 0.456 (as above), and 16 bits of the activation buffer"),
        .sideMultiplyAddArea: Parameter(
            4600, .low, "45 nm: 7700 + 4184 um2 (Sze et al., Proc. IEEE 2017, figure 12), times (28/45)^2"),
        .sideAdditionArea: Parameter(1620, .low, "45 nm: 4184 um2 (Sze et al., Proc. IEEE 2017), times (28/45)^2"),
        .sideIntegerAdditionArea: Parameter(
            53, .low, "45 nm: 137 um2 (Sze et al., Proc. IEEE 2017), times (28/45)^2"),
        .sideGatherArea: Parameter(
            2255, .low, "FP16 multiplier 1640 and FP32 adder 4184 um2 in 45 nm (as above), times (28/45)^2"),
        .sideIntegerLaneArea: Parameter(
            1460, .low, "45 nm: 32-bit multiplier 3495 and two adders of 137 um2 (as above), times (28/45)^2"),
        .weightBufferCapacity: Parameter(524_288, .high, "paper, section V"),
        .activationBufferCapacity: Parameter(524_288, .high, "paper, section V"),
        .weightBufferLeakage: Parameter(59.4, .low, "CACTI 7, LSTP cells, HP periphery, 360 K; HP cells: 666"),
        .activationBufferLeakage: Parameter(59.4, .low, "CACTI 7, LSTP cells, HP periphery, 360 K; HP cells: 666"),
        .vectorLanes: Parameter(64, .low, "assumed: keeps the unit below 3 % of a prefill"),
        .vectorSpecialLanes: Parameter(16, .low, "assumed: a quarter of the lanes"),
        .vectorAddEnergy: Parameter(
            0.203, .medium, "Horowitz, ISSCC 2014, scaled to 28 nm after Stillmaker and Baas 2017"),
        .vectorMultiplyEnergy: Parameter(
            0.557, .medium, "Horowitz, ISSCC 2014, scaled to 28 nm after Stillmaker and Baas 2017"),
        .vectorSpecialEnergy: Parameter(2.3, .low, "three multiply-adds, assumed after VEXP, arXiv:2504.11227"),
        .vectorOverhead: Parameter(1.5, .low, "assumed equal to the authors' place-and-route factor"),
        .vectorArea: Parameter(
            64 * 1968.7 + 16 * 942, .low,
            "64 FP16 multiply-add PEs of the authors' sheet and 16 softmax units of arXiv:2604.23647"),
        .dramBandwidth: Parameter(32e9, .high, "released simulator: 32 bytes a cycle"),
        .dramLatency: Parameter(60_000, .low, "DDR4: tRCD + tCL + burst, and 30 ns for controller and PHY"),
        .dramBurst: Parameter(64, .high, ddr4),
        .dramRow: Parameter(8192, .high, ddr4),
        .dramCapacity: Parameter(34_359_738_368, .medium, "assumed: the paper gives none; holds Llama-2-13B in FP16"),
        .dramRefreshTime: Parameter(350_000, .high, ddr4),
        .dramRefreshInterval: Parameter(7_800_000, .high, ddr4),
        .dramEnergy: Parameter(18.75, .medium, "released simulator: 1200 pJ per 64 bits, activations included"),
        .logicLeakage: Parameter(15, .low, "Aladdin 40 nm cell tables; 8 to 60 to sweep"),
    ]

    static let bitSerial: [ParameterKey: Parameter] = [
        .arrayDequantise: Parameter(8, .high, "paper, section IV: 8-bit group scale, one bit a cycle"),
        .arrayEncoderArea: Parameter(2419, .high, "paper, table X"),
    ]

    static func array(
        clusterRows: Double, clusterColumns: Double, lanes: Double, energy: Double, area: Double, source: String
    ) -> [ParameterKey: Parameter] {
        [
            .arrayClusterRows: Parameter(clusterRows, .high, "paper, table X, and array of the released simulator"),
            .arrayClusterColumns: Parameter(
                clusterColumns, .high, "paper, table X, and array of the released simulator"),
            .arrayLanes: Parameter(lanes, .high, "paper, section IV"),
            .arrayEnergy: Parameter(energy, .medium, source),
            .arrayArea: Parameter(area, .medium, source),
        ]
    }

    /// The two buffers of 512 KiB, with the ports that feed the array in both of its published shapes.
    static func buffers(weightPort: Int, activationPort: Int) -> [ParameterKey: Parameter] {
        let weight = SRAMTable.buffer512KiB(accessBits: weightPort)
        let activation = SRAMTable.buffer512KiB(accessBits: activationPort)
        let port = "widest access of the released simulator for this design"
        return [
            .weightBufferPort: Parameter(Double(weightPort), .high, port),
            .weightBufferReadEnergy: Parameter(weight.readPerBit, .medium, sram),
            .weightBufferWriteEnergy: Parameter(weight.writePerBit, .medium, sram),
            .weightBufferArea: Parameter(weight.squareMicrometers, .medium, sram),
            .activationBufferPort: Parameter(Double(activationPort), .high, port),
            .activationBufferReadEnergy: Parameter(activation.readPerBit, .medium, sram),
            .activationBufferWriteEnergy: Parameter(activation.writePerBit, .medium, sram),
            .activationBufferArea: Parameter(activation.squareMicrometers, .medium, sram),
        ]
    }
}
