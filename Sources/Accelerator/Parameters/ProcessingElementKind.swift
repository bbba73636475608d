/// What a processing element multiplies in one step.
public enum ProcessingElementKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// BitMoD: FP16 activations with one bit-serial term per weight and cycle (HPCA 2025, section IV).
    case bitSerial = "bit-serial"
    /// The paper's baseline: one FP16 multiply-add per cycle.
    case fp16 = "fp16"
    /// ANT and OliVe as modelled in the paper: FP16 activation times a weight decoded to INT8, one per cycle.
    case fp16Integer8 = "fp16-int8"
}
