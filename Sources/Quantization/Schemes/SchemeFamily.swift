/// The quantisation method behind a scheme name.
public enum SchemeFamily: Sendable, Hashable {
    /// Weights stay IEEE 754 binary16.
    case float16
    /// Signed integers of `bits` bits, symmetric about zero, the most negative code unused.
    case integer(bits: Int)
    /// Unsigned integers of `bits` bits with a zero point per group.
    case asymmetricInteger(bits: Int)
    /// One fixed grid for all groups.
    case grid(GridName)
    /// BitMoD: a grid chosen per group among extra-resolution and extra-asymmetry variants (Chen et al., HPCA 2025).
    case bitmod(bits: Int, BitModCandidates)
    /// Blocks with a shared power-of-two scale.
    case microscaling(bits: Int, MicroscalingVariant)
    /// ANT's types chosen per group, as the BitMoD paper compares with (`mixed_ant` in its code).
    case antPerGroup(bits: Int)
    /// ANT's own search: one type per tensor, one scale per row (Guo et al., MICRO 2022).
    case antPerChannel(bits: Int, [AntType])
    /// OliVe's outlier-victim pairs, 4 bits (Guo et al., ISCA 2023).
    case olive(OliveNormalTypes)
    /// BitMoD's grids moved by a whole number of grid units per group, as in its OmniQuant integration.
    case offsetBitmod(bits: Int)
    /// Asymmetric integers with quantised statistics, and sparse outliers (Dettmers et al., ICLR 2024).
    case spqr(bits: Int)
    /// Signs with two residual orders in salient columns (Huang et al., ICML 2024).
    case billm
    /// Signs with a scale per output and one per input (Xu et al., NeurIPS 2024).
    case oneBit
    /// Ternary weights with one scale per matrix (Ma et al., 2024).
    case bitNet
    /// Asymmetric integers whose width differs from block to block (Huang et al., 2024).
    case slimLLM(bits: Int)
    /// Sums of signs times scales that are sums of powers of two (You et al., NeurIPS 2024).
    case shiftAddLLM(planes: Int, shifts: Int)

    /// The fixed grids that are schemes of their own.
    public enum GridName: String, Sendable, Hashable, CaseIterable {
        case fp3
        case fp4
        case fp5E2M2 = "fp5-e2m2"
        case fp5E3M1 = "fp5-e3m1"
        case fp6E2M3 = "fp6-e2m3"
        case fp6E3M2 = "fp6-e3m2"
        case flint4
    }

    /// Which special values a BitMoD group may choose from.
    public enum BitModCandidates: Sendable, Hashable {
        /// Both families: four candidates, a 2-bit selector.
        case all
        /// Only the special value inside the basic range (±3 at 3 bits, ±10 half units at 4 bits).
        case extraResolution
        /// Only the special value outside the basic range (±6 at 3 bits, ±16 half units at 4 bits).
        case extraAsymmetry
        /// Chosen special values in grid units, for studies such as the paper's Table IX.
        case special([Int])
    }

    /// ANT's data types (Guo et al., MICRO 2022). Its `float` equals `pot` at 4 bits and `flint` at 3, and is left out.
    public enum AntType: String, Sendable, Hashable, Codable, CaseIterable {
        /// Two's complement integers, the most negative one included.
        case int
        /// The exponent is the position of the first one, the bits behind it are mantissa.
        case flint
        /// Powers of two.
        case powerOfTwo = "pot"
    }

    /// How a block's shared exponent is aligned with its elements.
    public enum MicroscalingVariant: Sendable, Hashable {
        /// The BitMoD paper's comparison: the grid is stretched so that its largest value is 2·2^e; never saturates.
        case bitmodPaper
        /// OCP Microscaling Formats v1.0: the shared exponent aligns the element's top binade; saturates.
        case ocp
    }

    /// Which types for the non-outlier values OliVe may choose from, per tensor.
    public enum OliveNormalTypes: Sendable, Hashable {
        /// The better of `int` and `flint`.
        case adaptive
        /// Integers −7…7.
        case int
        /// Flint values up to 16.
        case flint
    }
}
