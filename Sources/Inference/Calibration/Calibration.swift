import Documents
import MessagePassing
import Simulation

/// The statistics of activations that a run is to collect.
public struct Calibration: Sendable, Hashable, Codable {
    /// The file to write.
    public var path: String
    /// Whether it has second moments too, which take a matrix for each site.
    public var withSecondMoments: Bool
    /// Whether a layer sees what the quantised layers before it make of the text, in place of those that the run has.
    public var isLayerByLayer: Bool

    /// A calibration.
    public init(path: String, withSecondMoments: Bool, isLayerByLayer: Bool = false) {
        self.path = path
        self.withSecondMoments = withSecondMoments
        self.isLayerByLayer = isLayerByLayer
    }

    /// Checks that the statistics can be collected on the chips of a plan.
    ///
    /// - Throws: ``InputError`` (usage) where second moments are asked for of channels that are on different chips, or layers
    ///   one after the other of a model on several chips or of a scheme that has no use for statistics.
    public func check(_ plan: Plan, _ options: InferenceOptions) throws {
        if isLayerByLayer {
            guard options.scheme?.withCalibration != nil, options.calibration == nil else {
                throw InputError(
                    .usage, key: "--layer-by-layer",
                    problem: options.calibration == nil
                        ? "there is no --scheme that makes use of statistics" : "there is --calibration too",
                    expected: "a scheme such as spqr-3b, whose layers are quantised as they are observed")
            }
            guard plan.chips == 1 else {
                throw InputError(
                    .usage, key: "--layer-by-layer", problem: "\(plan.chips) chips share the model",
                    expected: "--chips 1; what is collected serves any number of chips")
            }
        }
        guard withSecondMoments, plan.tensorParallel > 1 else { return }
        throw InputError(
            .usage, key: "--second-moments",
            problem: "tp\(plan.tensorParallel) divides the channels whose products are wanted",
            expected: "--parallel tp1, with pp for several chips")
    }

    /// Collects the statistics layer by layer and writes them. Called by all ranks, of which the coordinator does it.
    ///
    /// - Parameter progress: called after each layer with the number done and that of all.
    /// - Throws: ``InputError`` (data, output).
    public func collect(
        _ model: @autoclosure () throws -> LanguageModel, _ options: InferenceOptions, _ hardware: SimulatedHardware,
        _ request: Perplexity.Request, on communicator: any Communicator, progress: (Int, Int) -> Void
    ) throws {
        try communicator.agree {
            guard communicator.isCoordinator else { return }
            try LayerByLayer(model: model(), options: options, hardware: hardware)
                .statistics(of: request, self, progress: progress).write()
        }
    }

    /// Writes what the ranks have observed. Called by all ranks.
    ///
    /// - Throws: ``InputError`` (output) on the coordinator if the file cannot be written.
    public func write(_ transformer: Transformer) throws {
        let communicator = transformer.communicator
        let own = transformer.statistics?.channels ?? []
        let all = communicator.size == 1 ? [own] : try communicator.gather(value: own)
        try communicator.agree {
            guard let all else { return }
            try CalibrationFile(model: transformer.shape.name, channels: all.flatMap { $0 }, path: path).write()
        }
    }
}
