extension Scheme {
    /// The methods of other papers, and BitMoD together with them.
    static let methods: [Scheme] = smoothing + combinations + sparse + binary + mixed

    private static let smoothing =
        [
            Scheme(
                "smoothquant", .integer(bits: 8), .rowFloat16, activations: .integer(bits: 8),
                preparation: .smoothing(alphaThousandths: 500),
                "SmoothQuant: INT8 weights per output and INT8 activations per token, smoothed (Xiao et al., ICML 2023)."
            )
        ]
        + [4, 6, 8].map { bits in
            Scheme(
                "i-llm-\(bits)b", .integer(bits: bits), .rowFloat16,
                activations: .asymmetricInteger(bits: bits), preparation: .smoothing(alphaThousandths: 500),
                "I-LLM: INT\(bits) weights with dyadic scales per output, INT\(bits) activations, integer operators "
                    + "(Hu et al., arXiv:2405.17849); analytic smoothing, not learned.")
        }

    private static let combinations = [3, 4].flatMap { bits in
        [
            Scheme(
                "bitmod-\(bits)b-smoothquant", .bitmod(bits: bits, .all), .int8, activations: .integer(bits: 8),
                preparation: .smoothing(alphaThousandths: 850),
                "BitMoD weights after SmoothQuant, INT8 activations per token (HPCA 2025, Table XII)."),
            Scheme(
                "bitmod-\(bits)b-awq", .bitmod(bits: bits, .all), .int8, preparation: .awq,
                "BitMoD weights after AWQ's scaling and clipping (HPCA 2025, Table XI)."),
            Scheme(
                "bitmod-\(bits)b-omniquant", .offsetBitmod(bits: bits), .float16, preparation: .clipping,
                "BitMoD with an offset per group and OmniQuant's initial clipping, not learned (HPCA 2025, Table XI)."),
        ]
    }

    private static let sparse = [3, 4].map { bits in
        Scheme(
            "spqr-\(bits)b", .spqr(bits: bits), groupSize: 16, .float16,
            "SpQR: \(bits)-bit groups of 16 with 3-bit statistics, outliers in FP16 (Dettmers et al., ICLR 2024).")
    }

    private static let binary = [
        Scheme(
            "billm", .billm, .float16,
            "BiLLM: signs, a second order in salient columns, two magnitudes elsewhere (Huang et al., ICML 2024)."),
        Scheme(
            "onebit", .oneBit, .rowFloat16,
            "OneBit's structure: signs, a scale per output and per input, from the best rank-one fit; not distilled "
                + "(Xu et al., NeurIPS 2024)."),
        Scheme(
            "bitnet", .bitNet, .rowFloat32, activations: .integer(bits: 8),
            "BitNet b1.58's structure: ternary weights, INT8 activations; of a model not trained for it "
                + "(Ma et al., 2024)."),
    ]

    private static let mixed =
        [2, 3].map { bits in
            Scheme(
                "slim-\(bits)b", .slimLLM(bits: bits), .float16,
                "SliM-LLM: \(bits) bits on average, blocks of \(bits - 1), \(bits) and \(bits + 1) bits by salience "
                    + "(Huang et al., arXiv:2405.14917).")
        }
        + [2, 3].map { planes in
            Scheme(
                "shiftadd-\(planes)b", .shiftAddLLM(planes: planes, shifts: 3), groupSize: 8, .float16,
                "ShiftAddLLM: \(planes) planes of signs; 16 outputs by 8 inputs share scales, each the sum of three powers "
                    + "of two (You et al., NeurIPS 2024).")
        }

    /// Whether a matrix is a `QuantizedTensor`: codes of one grid per group. Other methods have types of their own.
    public var isCoded: Bool {
        switch family {
        case .float16, .integer, .asymmetricInteger, .grid, .bitmod, .microscaling, .antPerGroup, .antPerChannel,
            .olive:
            true
        case .offsetBitmod, .spqr, .billm, .oneBit, .bitNet, .slimLLM, .shiftAddLLM: false
        }
    }
}
