import Checkpoints
import Conversion
import MessagePassing
import Quantization
import _CheckpointTestSupport
import _TestSupport

/// A small checkpoint with everything that a conversion meets.
enum Sample {
    /// Matrices and other tensors; values are exact in the types they are stored in.
    static func tensors() -> [SampleTensor] {
        var numbers = SampleNumbers(seed: 7)
        return [
            SampleTensor("lm_head.weight", .float16, [13, 40], numbers.weights(520)),
            SampleTensor("layers.0.q_proj.weight", .float32, [9, 50], numbers.weights(450)),
            SampleTensor("layers.0.down.weight", .bfloat16, [8, 7], numbers.weights(56)),
            SampleTensor("layers.0.norm.weight", .float16, [96], numbers.weights(96)),
            SampleTensor("embed_tokens.weight", .float16, [5, 96], numbers.weights(480)),
            SampleTensor("empty.weight", .float32, [0, 9], []),
            SampleTensor("position", .int64, [], bytes: [1, 2, 3, 4, 5, 6, 7, 8]),
            SampleTensor("conv.weight", .float16, [2, 2, 2], numbers.weights(8)),
        ]
    }

    /// The names of those that are quantised.
    static let matrices = ["layers.0.down.weight", "layers.0.q_proj.weight", "lm_head.weight"]

    /// Plans the conversion of a file.
    static func plan(
        _ path: String, to output: String, scheme: Scheme, format: QuantizationRecord.Format = .packed,
        arithmetic: QuantizationArithmetic = .reference, selection: MatrixSelection = MatrixSelection()
    ) throws -> ConversionPlan {
        try ConversionPlan(
            Checkpoint(path: path), selection: selection, scheme: scheme, arithmetic: arithmetic, format: format,
            output: output)
    }

    /// Converts without other ranks.
    @discardableResult
    static func convert(_ plan: ConversionPlan) throws -> ConversionResult? {
        try Conversion(plan).run(on: SingleProcessCommunicator())
    }

    /// The numbers of a float tensor in a file.
    static func floats(_ name: String, in path: String) throws -> [Float] {
        let checkpoint = try Checkpoint(path: path)
        guard let tensor = checkpoint[name] else { return [] }
        var values = [Float](repeating: 0, count: tensor.info.elementCount)
        checkpoint.withBytes(of: tensor) { bytes in
            values.withUnsafeMutableBufferPointer { tensor.info.type.readFloats(bytes, into: $0) }
        }
        return values
    }
}
