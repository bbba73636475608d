extension AcceleratorPresets {
    /// A datacentre-class chip of the same PEs: 16 times the array, an HBM3 stack.
    ///
    /// Its DRAM energy is split into activation, array, interface and background, because an HBM stack streams whole
    /// rows: the flat figure of the paper's DDR4 does not apply.
    public static let bitmodHBM3: AcceleratorDescription = {
        let hbm3 = "JEDEC HBM3-6400, 16 channels; Ramulator 2.1 preset"
        let hbmEnergy = "O'Connor et al., MICRO 2017 (HBM2), and RPU 2026 (HBM3E)"
        let bankedSRAM = "CACTI 7, 64 KiB bank, 128-bit port, and 1 mm of on-chip network at 0.14 pJ/bit"
        let own: [ParameterKey: Parameter] = [
            .arrayClusters: Parameter(256, .high, "16 times the paper's array"),
            .weightBufferCapacity: Parameter(8_388_608, .high, "16 times the paper's buffer"),
            .weightBufferPort: Parameter(8192, .high, "16 times the paper's port"),
            .weightBufferReadEnergy: Parameter(17.31 / 128 + 0.14, .medium, bankedSRAM),
            .weightBufferWriteEnergy: Parameter(19.51 / 128 + 0.14, .medium, bankedSRAM),
            .weightBufferArea: Parameter(128 * 196_300, .medium, "128 banks of 64 KiB at 0.1963 mm2, CACTI 7"),
            .activationBufferCapacity: Parameter(8_388_608, .high, "16 times the paper's buffer"),
            .activationBufferPort: Parameter(8192, .medium, "feeds 128 columns of the array at two cycles a step"),
            .activationBufferReadEnergy: Parameter(17.31 / 128 + 0.14, .medium, bankedSRAM),
            .activationBufferWriteEnergy: Parameter(19.51 / 128 + 0.14, .medium, bankedSRAM),
            .activationBufferArea: Parameter(128 * 196_300, .medium, "128 banks of 64 KiB at 0.1963 mm2, CACTI 7"),
            .vectorLanes: Parameter(1024, .low, "assumed: grows with the array"),
            .vectorSpecialLanes: Parameter(256, .low, "assumed: grows with the array"),
            .vectorArea: Parameter(
                1024 * 1968.7 + 256 * 942, .low,
                "1024 FP16 multiply-add PEs of the authors' sheet and 256 softmax units of arXiv:2604.23647"),
            .dramBandwidth: Parameter(819.2e9, .high, hbm3),
            .dramLatency: Parameter(75_000, .low, "HBM idle read at the accelerator, 60 to 110 ns"),
            .dramBurst: Parameter(32, .high, hbm3),
            .dramRow: Parameter(1024, .high, hbm3),
            .dramCapacity: Parameter(25_769_803_776, .medium, "12-high stack of 16 Gb dies, 24 GiB"),
            .dramRefreshTime: Parameter(350_000, .high, "JESD238 table 84, all-bank, 8 Gb channel"),
            .dramRefreshInterval: Parameter(3_900_000, .high, "JESD238 table 84"),
            .dramActivateEnergy: Parameter(909, .medium, "\(hbmEnergy): one 1 KiB row"),
            .dramReadEnergy: Parameter(2.5, .medium, hbmEnergy),
            .dramWriteEnergy: Parameter(2.5, .medium, hbmEnergy),
            .dramInterfaceEnergy: Parameter(
                1.0, .medium, "I/O 0.5, and PHY with controller 0.5 (Chae et al., JSSC 2024)"),
            .dramBackgroundPower: Parameter(
                32 * (78.12 + 18.8), .low, "32 pseudo-channels: active standby 78.12 mW, refresh 18.8 mW"),
        ]
        var shared = bitmod.parameters
        shared[.dramEnergy] = nil
        return AcceleratorDescription(
            name: "bitmod-hbm3", processingElement: .bitSerial,
            summary: "Datacentre class: 256 clusters of BitMoD PEs, 8 MiB + 8 MiB buffers, one HBM3 stack (819 GB/s).",
            parameters: shared.merging(own, uniquingKeysWith: { $1 }))
    }()
}
