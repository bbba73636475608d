/// What is done to weights before a scheme quantises them.
///
/// Factors of input channels are folded into the operator before (norm, value or up projection), so that they cost nothing
/// when the model runs.
public enum Preparation: Sendable, Hashable, Codable {
    /// Nothing.
    case none
    /// SmoothQuant's factors s = max|x|^α / max|w|^(1−α): α in thousandths (Xiao et al., ICML 2023).
    case smoothing(alphaThousandths: Int)
    /// AWQ's search for factors and clipping (Lin et al., MLSys 2024).
    case awq
    /// Clipping of a group's extremes as OmniQuant starts it, before learning (Shao et al., ICLR 2024).
    case clipping
}
