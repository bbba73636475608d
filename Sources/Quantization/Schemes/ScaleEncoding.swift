/// How the scale factors of a quantised tensor are stored.
public enum ScaleEncoding: String, Sendable, Hashable, Codable, CaseIterable {
    /// No scale at all (binary16 weights).
    case none
    /// One binary16 scale per group.
    case float16
    /// One binary32 scale per group: for studies without rounding of the scale; no published design stores it.
    case float32
    /// An unsigned 8-bit scale per group and binary16 second-level scales per row.
    ///
    /// The row's second-level scale is the largest group scale over 255, as in the first published BitMoD code
    /// (`quant_weight_double.py`; after VS-Quant, Dai et al., MLSys 2021). BitMoD searches over both families keep one
    /// second-level scale per family, because the published code derives it from each candidate's group scales.
    case int8
    /// One 8-bit power of two per group (E8M0, bias 127).
    case exponent8
    /// One binary16 scale per row; groups carry no scale.
    case rowFloat16
    /// One binary32 scale per row: what the public ANT and OliVe code computes with.
    case rowFloat32
}
