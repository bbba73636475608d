import Documents
import Execution
import Quantization

/// The numbers that linear layers and attention are computed with.
public enum InferenceArithmetic: String, Sendable, Hashable, Codable, CaseIterable {
    /// The bit-serial PEs, exactly, as intended: `PEArithmetic.reference`.
    case exact
    /// The bit-serial PEs of the published Verilog with its defects.
    case rtl2024 = "rtl-2024"
    /// Dequantised weights and activations in binary32.
    case float

    /// Whether this machine has what it needs: `float` takes OpenBLAS.
    public var isAvailable: Bool { self != .float || FloatProduct.isAvailable }

    /// Products on the PEs, or nil for `float`.
    var product: ExactProduct? {
        switch self {
        case .exact: ExactProduct(.reference)
        case .rtl2024: ExactProduct(.rtl2024)
        case .float: nil
        }
    }

    /// Products with weights of a scheme, which may need accumulators of 32 bits; nil for `float`.
    func product(_ scheme: Scheme) -> ExactProduct? {
        scheme.sideUnits.contains(.wideAccumulator) && self == .exact
            ? ExactProduct(.reference.withAccumulator(bits: 32)) : product
    }
}
