import Units

extension Link {
    /// Links with a name. Rates per direction; latency per hop from die to die; energy of both ends.
    ///
    /// Confidence H within about 10 %, M 30 %, L a factor of two (bandwidth/latency/energy).
    public static let presets: [Link] = [
        Link(
            name: "ucie-standard", bytesPerSecond: 32e9, latency: Picoseconds(4_000), picojoulesPerBit: 0.5,
            source: "UCIe at Hot Interconnects 2025, UCIe, IEEE TCPMT 12(9) 2022, JSSC 2026 (H/M/H)"),
        Link(
            name: "ucie-advanced", bytesPerSecond: 128e9, latency: Picoseconds(4_000), picojoulesPerBit: 0.25,
            source: "UCIe at Hot Interconnects 2025, UCIe, IEEE TCPMT 12(9) 2022, JSSC 2026 (H/M/H)"),
        Link(
            name: "nvlink-c2c", bytesPerSecond: 450e9, latency: Picoseconds(20_000), picojoulesPerBit: 1.3,
            source: "NVIDIA NVLink-C2C disclosure (H/L/H)"),
        Link(
            name: "nvlink4", bytesPerSecond: 450e9, latency: Picoseconds(250_000), picojoulesPerBit: 5,
            source: "NVIDIA NVLink pages, arXiv:2607.16100, NCCL cost model (H/L/L)"),
        Link(
            name: "nvlink5", bytesPerSecond: 900e9, latency: Picoseconds(246_000), picojoulesPerBit: 5,
            source: "NVIDIA NVLink pages, arXiv:2607.16100, VLSI 2022 112G (H/L/L)"),
        Link(
            name: "pcie5-x16", bytesPerSecond: 63e9, latency: Picoseconds(50_000), picojoulesPerBit: 6.5,
            source: "PCIe 5.0/6.0, arXiv:2306.11227, NVIDIA NVLink-C2C disclosure (H/M/M)"),
        Link(
            name: "pcie6-x16", bytesPerSecond: 118e9, latency: Picoseconds(55_000), picojoulesPerBit: 6,
            source: "PCIe 5.0/6.0, arXiv:2306.11227, NVIDIA NVLink-C2C disclosure (M/L/L)"),
        Link(
            name: "serdes-112g-xsr", bytesPerSecond: 14e9, latency: Picoseconds(8_000), picojoulesPerBit: 1.1,
            source: "LSSC 2025 XSR, UCIe, IEEE TCPMT 12(9) 2022, Electronics 2025 (H/L/H)"),
        Link(
            name: "serdes-112g-vsr", bytesPerSecond: 14e9, latency: Picoseconds(60_000), picojoulesPerBit: 3,
            source: "VLSI 2022 112G, IEEE P802.3ck, LSSC 2025 XSR (H/L/L)"),
        Link(
            name: "serdes-112g-lr", bytesPerSecond: 14e9, latency: Picoseconds(150_000), picojoulesPerBit: 5.6,
            source: "VLSI 2022 112G, IEEE P802.3ck, JSSC 2021 112G (H/M/H)"),
        Link(
            name: "serdes-224g-lr", bytesPerSecond: 28e9, latency: Picoseconds(120_000), picojoulesPerBit: 5,
            source: "VLSI 2022 112G, IEEE P802.3ck, Broadcom SUE RM104 (M/L/L)"),
        Link(
            name: "ethernet-400g", bytesPerSecond: 50e9, latency: Picoseconds(100_000), picojoulesPerBit: 25,
            source: "Broadcom SUE RM104, VLSI 2022 112G (H/H/L)"),
        Link(
            name: "ethernet-800g", bytesPerSecond: 100e9, latency: Picoseconds(100_000), picojoulesPerBit: 22,
            source: "Broadcom SUE RM104, VLSI 2022 112G (H/H/L)"),
        Link(
            name: "infiniband-ndr", bytesPerSecond: 50e9, latency: Picoseconds(100_000), picojoulesPerBit: 25,
            source: "NVIDIA Quantum-2, Broadcom SUE RM104, VLSI 2022 112G (H/M/L)"),
        Link(
            name: "tpu-ici-v4", bytesPerSecond: 50e9, latency: Picoseconds(500_000), picojoulesPerBit: 8,
            source: "ISCA 2023 TPU v4, VLSI 2022 112G (H/L/L)"),
        Link(
            name: "groq-c2c", bytesPerSecond: 15e9, latency: Picoseconds(200_000), picojoulesPerBit: 5,
            source: "Groq ISCA 2022, JSSC 2021 112G (H/L/L)"),
        Link(
            name: "cerebras-swarmx", bytesPerSecond: 150e9, latency: Picoseconds(1_250_000), picojoulesPerBit: 60,
            source: "Cerebras (M/L/L)"),
        Link(
            name: "anton3-torus", bytesPerSecond: 58e9, latency: Picoseconds(34_200), picojoulesPerBit: 5,
            source: "HPCA 2022 Anton 3, JSSC 2021 112G (M/H/L)"),
    ]

    /// The preset of that name.
    public static func preset(_ name: String) -> Link? { presets.first { $0.name == name } }
}
