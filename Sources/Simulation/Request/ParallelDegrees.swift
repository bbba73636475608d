import Workload

/// How many chips share what: the text `tp4,pp2,dp2,ep4,sp`.
public struct ParallelDegrees: Hashable, Sendable, Codable {
    /// Chips side by side on each layer.
    public var tensor = 1
    /// Stages of layers one after the other.
    public var pipeline = 1
    /// Replicas that share the batch.
    public var data = 1
    /// Groups of chips over which the experts of a layer are placed.
    public var expert = 1
    /// Whether tokens are divided over the tensor-parallel group where matrices are not.
    public var isSequenceParallel = false

    /// Creates degrees.
    public init(tensor: Int = 1, pipeline: Int = 1, data: Int = 1, expert: Int = 1, isSequenceParallel: Bool = false) {
        self.tensor = tensor
        self.pipeline = pipeline
        self.data = data
        self.expert = expert
        self.isSequenceParallel = isSequenceParallel
    }

    /// Chips of the system. Expert parallelism uses the chips that are there.
    public var chips: Int { tensor * pipeline * data }

    /// The text of the option: tensor parallelism always, the rest where it is used.
    public var text: String {
        var parts = ["tp\(tensor)"]
        if pipeline > 1 { parts.append("pp\(pipeline)") }
        if data > 1 { parts.append("dp\(data)") }
        if expert > 1 { parts.append("ep\(expert)") }
        if isSequenceParallel { parts.append("sp") }
        return parts.joined(separator: ",")
    }
}

extension ParallelDegrees {
    /// As much tensor parallelism as the model allows and the chips divide into, the rest as pipeline stages; nil where
    /// there are too few layers for that.
    public init?(tensorFirst chips: Int, of model: TransformerModel) {
        let most = min(chips, Division.mostParts(of: model))
        guard let tensor = (1...max(most, 1)).last(where: { chips.isMultiple(of: $0) && chips / $0 <= model.layers })
        else { return nil }
        self.init(tensor: tensor, pipeline: chips / tensor)
    }
}
