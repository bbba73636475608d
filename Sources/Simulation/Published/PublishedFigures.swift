/// The numbers behind Figures 7 and 8 of the paper (HPCA 2025, arXiv:2411.11745), as printed in the notebooks of the
/// authors' released simulator. In the order of ``PublishedAccelerator/models``.
public enum PublishedFigures {
    /// What the notebooks print for one accelerator and task.
    public struct Series: Sendable {
        /// The accelerator.
        public let accelerator: String
        /// Whether it is a decode step rather than a discriminative pass.
        public let isDecodeStep: Bool
        /// Latency in cycles.
        public let cycles: [Int]
        /// Energy of the chip in microjoules.
        public let onChipMicrojoules: [Int]
        /// Energy of chip and DRAM in microjoules.
        public let microjoules: [Int]
        /// Whether the printed energies are truncated rather than rounded.
        public let isTruncated: Bool
    }

    /// Decode steps of the generative task in Figures 7 and 8.
    public static let decodeSteps = 20
    /// Tokens of the context.
    public static let context = 256
    /// Speed over ANT and OliVe claimed in the abstract.
    public static let headline = (ant: 1.69, olive: 1.48)

    /// All ten series.
    public static let series: [Series] = [
        Series(
            accelerator: "fp16", isDecodeStep: false,
            cycles: [669_255_680, 1_399_816_192, 2_878_668_800, 3_156_574_208, 6_676_111_360, 3_969_089_536],
            onChipMicrojoules: [656_667, 1_273_252, 2_614_171, 2_928_682, 5_742_951, 3_279_511],
            microjoules: [2_549_498, 6_252_349, 13_014_774, 15_511_220, 36_365_138, 18_528_840],
            isTruncated: true),
        Series(
            accelerator: "fp16", isDecodeStep: true,
            cycles: [82_153_718, 165_841_248, 362_970_848, 413_518_608, 804_330_080, 469_624_976],
            onChipMicrojoules: [25_745, 51_929, 113_537, 129_318, 251_588, 146_812],
            microjoules: [419_862, 847_599, 1_854_106, 2_113_617, 4_110_960, 2_399_478],
            isTruncated: false),
        Series(
            accelerator: "bitmod-lossless", isDecodeStep: false,
            cycles: [336_236_544, 693_780_480, 1_414_209_536, 1_649_680_384, 3_537_397_760, 1_901_133_824],
            onChipMicrojoules: [317_887, 615_118, 1_255_562, 1_410_390, 2_763_255, 1_572_255],
            microjoules: [1_272_043, 3_020_095, 5_452_484, 7_186_699, 16_664_646, 7_727_074],
            isTruncated: false),
        Series(
            accelerator: "bitmod-lossless", isDecodeStep: true,
            cycles: [31_220_054, 62_986_912, 137_681_120, 156_919_888, 305_157_360, 178_109_840],
            onChipMicrojoules: [15_691, 31_662, 69_245, 78_882, 153_502, 89_561],
            microjoules: [165_547, 334_000, 729_367, 832_097, 1_618_257, 943_899],
            isTruncated: false),
        Series(
            accelerator: "bitmod-lossy", isDecodeStep: false,
            cycles: [233_070_592, 515_194_880, 946_937_856, 1_202_921_472, 2_601_461_760, 1_273_233_408],
            onChipMicrojoules: [221_382, 428_524, 871_622, 981_870, 1_924_566, 1_091_548],
            microjoules: [986_623, 2_315_439, 3_820_005, 5_388_371, 12_460_765, 5_416_024],
            isTruncated: false),
        Series(
            accelerator: "bitmod-lossy", isDecodeStep: true,
            cycles: [15_857_750, 31_959_712, 69_662_944, 79_493_200, 154_552_560, 90_099_088],
            onChipMicrojoules: [10_470, 21_129, 46_198, 52_631, 102_418, 59_753],
            microjoules: [86_588, 174_535, 380_148, 434_198, 844_271, 491_953],
            isTruncated: false),
        Series(
            accelerator: "ant", isDecodeStep: false,
            cycles: [440_975_360, 847_773_696, 1_734_868_992, 1_949_564_928, 4_076_584_960, 2_266_234_880],
            onChipMicrojoules: [459_880, 888_236, 1_815_179, 2_035_862, 3_981_122, 2_270_541],
            microjoules: [1_360_903, 3_147_508, 5_659_691, 7_426_912, 16_936_053, 7_910_575],
            isTruncated: false),
        Series(
            accelerator: "ant", isDecodeStep: true,
            cycles: [25_779_238, 51_998_112, 119_342_816, 129_497_936, 251_907_680, 132_370_576],
            onChipMicrojoules: [22_139, 44_668, 97_934, 111_292, 216_575, 125_750],
            microjoules: [145_879, 294_259, 669_718, 732_882, 1_425_302, 760_225],
            isTruncated: false),
        Series(
            accelerator: "olive", isDecodeStep: false,
            cycles: [403_718_144, 779_268_096, 1_575_157_760, 1_768_062_976, 3_648_512_000, 2_008_645_632],
            onChipMicrojoules: [501_789, 969_019, 1_960_581, 2_192_068, 4_285_634, 2_440_769],
            microjoules: [1_308_354, 2_969_260, 5_182_082, 6_898_215, 15_557_969, 7_165_633],
            isTruncated: false),
        Series(
            accelerator: "olive", isDecodeStep: true,
            cycles: [20_018_374, 41_655_712, 96_691_936, 97_236_816, 189_155_680, 105_031_744],
            onChipMicrojoules: [23_250, 46_840, 104_204, 115_455, 225_859, 131_179],
            microjoules: [119_339, 246_787, 567_264, 582_192, 1_133_377, 624_942],
            isTruncated: false),
    ]
}
