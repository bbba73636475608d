import Checkpoints
import _CheckpointTestSupport
import _RandomTestSupport

/// Random blocks of a GGUF type with scales that a model may have.
enum GGUFBlocks {
    /// Where the binary16 scales and minima of a block lie.
    private static func scalePlaces(_ type: GGUFTensorType) -> [Int] {
        switch type {
        case .q4x0, .q5x0, .q8x0, .iq4NL, .iq4XS: [0]
        case .q2K: [80, 82]
        case .q3K: [108]
        case .q4x1, .q5x1, .q4K, .q5K: [0, 2]
        case .q6K: [208]
        default: []
        }
    }

    /// The bytes of a tensor.
    ///
    /// - Precondition: the rows are whole blocks of the type.
    static func bytes(
        _ type: GGUFTensorType, _ tensor: ModelShape.Tensor, _ numbers: inout SeededGenerator
    ) -> [UInt8] {
        switch type {
        case .float32: return tensor.values(&numbers).flatMap { SampleGGUF.bytes($0.bitPattern) }
        case .float16: return tensor.values(&numbers).flatMap { SampleGGUF.bytes(Float16($0).bitPattern) }
        case .bfloat16: return tensor.values(&numbers).flatMap { SampleGGUF.bytes(UInt16($0.bitPattern >> 16)) }
        default: break
        }
        var result: [UInt8] = []
        for _ in 0..<tensor.count / type.blockSize {
            var block = (0..<type.blockBytes).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            for place in scalePlaces(type) {
                block.replaceSubrange(place..<place + 2, with: SampleGGUF.bytes(Float16(0.004).bitPattern))
            }
            result += block
        }
        return result
    }
}
