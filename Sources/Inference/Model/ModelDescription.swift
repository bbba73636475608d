import Documents
import Workload

/// Everything that running a model needs to know besides its weights.
public struct ModelDescription: Sendable, Hashable, Codable {
    /// Shapes and kinds of layers.
    public var shape: TransformerModel
    /// What is added to the mean square, or the variance, in norms.
    public var normEpsilon: Double
    /// How GELU is computed, where it is the activation.
    public var geluForm: GELUForm = .exact
    /// The row of position 0 where positions are learned.
    public var firstPositionRow = 0
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

    /// Refuses models that cannot be run: experts, blocks that are parallel or have other norms than two, and families
    /// whose tensors are not known.
    ///
    /// - Parameter file: the file the description comes from, for the error.
    func checkIsRunnable(file: String) throws {
        let families = TensorNames.families.map(\.name)
        func refuse(_ what: String) -> InputError {
            InputError(
                .data, file: file, problem: "\(what) cannot be run yet",
                expected: "a dense model of one of the families \(families.joined(separator: ", "))")
        }
        guard shape.mixtureOfExperts == nil else { throw refuse("a mixture of experts") }
        guard families.contains(shape.family) else { throw refuse("the family \(shape.family)") }
        guard shape.normsPerLayer == 2, !shape.isParallelBlock else { throw refuse("the norms of \(shape.family)") }
        guard !shape.hasHeadBias else { throw refuse("a bias of the head") }
    }

    /// Cuts the context to the sliding window, inside which attention sees every token anyway.
    mutating func limitToWindow() {
        guard let window = shape.slidingWindow else { return }
        shape.maximumPositions = min(shape.maximumPositions, window)
        shape.slidingWindow = nil
    }
}
