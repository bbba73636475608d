import Accelerator

/// An operator in the terms of a chip. Equal work costs the same, so it is the key under which costs are kept.
enum ChipWork: Hashable, Sendable {
    case gemm(GEMM)
    case attention(AttentionBlock)
    case streaming(StreamingWork)
}
