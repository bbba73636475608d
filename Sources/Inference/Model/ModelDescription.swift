import Documents
import Workload

/// Everything that running a model needs to know besides its weights.
public struct ModelDescription: Sendable, Hashable, Codable {
    /// Shapes and kinds of layers.
    public var shape: TransformerModel
    /// What is added to the mean square in norms.
    public var normEpsilon: Double
    /// The base of the rotary angles.
    public var rotaryBase: Double
    /// How these angles are scaled.
    public var rotaryScaling: RotaryScaling
    /// Tokens that end an answer.
    public var endTokens: [Int]

    /// Elements of a head that are rotated.
    public var rotaryDimensions: Int {
        if case .rotary(let dimensions) = shape.position { dimensions } else { 0 }
    }

    /// Refuses models that cannot be run: other than decoders with RMSNorm, rotary positions and a gated feed-forward
    /// network with SiLU.
    ///
    /// - Parameter file: the file the description comes from, for the error.
    func checkIsRunnable(file: String) throws {
        func refuse(_ what: String) -> InputError {
            InputError(
                .data, file: file, problem: "\(what) cannot be run yet",
                expected: "a model of the Llama family: RMSNorm, rotary positions, gated feed-forward network with SiLU"
            )
        }
        guard shape.feedForward == .gated, shape.activation == .silu else {
            throw refuse("a \(shape.activation.rawValue) feed-forward network of \(shape.family)")
        }
        guard shape.normalization == .rmsNorm, shape.normsPerLayer == 2, !shape.isParallelBlock else {
            throw refuse("the norms of \(shape.family)")
        }
        guard rotaryDimensions > 0 else { throw refuse("the position embedding of \(shape.family)") }
        guard shape.mixtureOfExperts == nil else { throw refuse("a mixture of experts") }
        guard !shape.hasHeadBias else { throw refuse("a bias of the head") }
        guard shape.slidingWindow == nil else { throw refuse("attention in a sliding window") }
    }
}
