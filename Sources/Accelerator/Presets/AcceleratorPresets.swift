/// The accelerators that have a name.
///
/// The four of the paper (BitMoD, HPCA 2025, arXiv:2411.11745) share clock, buffers, vector unit and DRAM; they differ
/// in the PE array and the buffer ports that feed it. Where the paper's released simulator gives a number, it is used
/// here too; what it leaves out (vector unit, leakage, DRAM latency, refresh) is added with its own source.
public enum AcceleratorPresets {
    /// All presets, in the order in which they are listed.
    public static let all = [bitmod, bitmodHBM3, fp16, ant, olive]

    /// The preset of that name.
    public static func named(_ name: String) -> AcceleratorDescription? { all.first { $0.name == name } }

    /// The bit-serial accelerator of the paper: 1024 PEs of four lanes, 2048 multiply-adds per cycle at 4 bits.
    public static let bitmod = AcceleratorDescription(
        name: "bitmod", processingElement: .bitSerial,
        summary: "BitMoD (HPCA 2025): 16 clusters of 8x8 bit-serial PEs, 28 nm, 512 KiB + 512 KiB buffers, 32 GB/s.",
        parameters: PaperChip.common
            .merging(
                PaperChip.array(
                    clusterRows: 8, clusterColumns: 8, lanes: 4, energy: 0.56, area: 1507.7,
                    source: "released simulator, pe_array.py"),
                uniquingKeysWith: { $1 }
            )
            .merging(PaperChip.buffers(weightPort: 512, activationPort: 1024), uniquingKeysWith: { $1 })
            .merging(PaperChip.bitSerial, uniquingKeysWith: { $1 }))

    /// The FP16 baseline of the paper: 768 multiply-adds per cycle on the same area.
    public static let fp16 = AcceleratorDescription(
        name: "fp16", processingElement: .fp16,
        summary: "The paper's FP16 baseline: 16 clusters of 8x6 multiply-add PEs, otherwise as bitmod.",
        parameters: PaperChip.common
            .merging(
                PaperChip.array(
                    clusterRows: 8, clusterColumns: 6, lanes: 1, energy: 0.77, area: 1968.7,
                    source: "released simulator and PE synthesis sheet"),
                uniquingKeysWith: { $1 }
            )
            .merging(PaperChip.buffers(weightPort: 1024, activationPort: 384), uniquingKeysWith: { $1 }))

    /// ANT (MICRO 2022) as the paper models it: a bit-parallel array of 1024 FP16 x INT8 PEs.
    public static let ant = AcceleratorDescription(
        name: "ant", processingElement: .fp16Integer8,
        summary: "ANT as modelled in the paper: 16 clusters of 8x8 FP16 x INT8 PEs, otherwise as bitmod.",
        parameters: PaperChip.common
            .merging(
                PaperChip.array(
                    clusterRows: 8, clusterColumns: 8, lanes: 1, energy: 0.56, area: 1318.6,
                    source: "released simulator; the first release and the PE sheet say 0.613 pJ"),
                uniquingKeysWith: { $1 }
            )
            .merging(PaperChip.buffers(weightPort: 512, activationPort: 512), uniquingKeysWith: { $1 }))

    /// OliVe (ISCA 2023) as the paper models it: a bit-parallel array of 1152 FP16 x INT8 PEs.
    public static let olive = AcceleratorDescription(
        name: "olive", processingElement: .fp16Integer8,
        summary: "OliVe as modelled in the paper: 16 clusters of 9x8 FP16 x INT8 PEs, otherwise as bitmod.",
        parameters: PaperChip.common
            .merging(
                PaperChip.array(
                    clusterRows: 9, clusterColumns: 8, lanes: 1, energy: 0.613, area: 1318.6,
                    source: "released simulator and PE synthesis sheet"),
                uniquingKeysWith: { $1 }
            )
            .merging(PaperChip.buffers(weightPort: 576, activationPort: 512), uniquingKeysWith: { $1 }))
}
