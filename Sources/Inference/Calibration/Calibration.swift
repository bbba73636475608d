import Documents
import MessagePassing
import Simulation

/// The statistics of activations that a run is to collect.
public struct Calibration: Sendable, Hashable, Codable {
    /// The file to write.
    public var path: String
    /// Whether it has second moments too, which take a matrix for each site.
    public var withSecondMoments: Bool

    /// A calibration.
    public init(path: String, withSecondMoments: Bool) {
        self.path = path
        self.withSecondMoments = withSecondMoments
    }

    /// Checks that the statistics can be collected on the chips of a plan.
    ///
    /// - Throws: ``InputError`` (usage) where second moments are asked for of channels that are on different chips.
    public func check(_ plan: Plan) throws {
        guard withSecondMoments, plan.tensorParallel > 1 else { return }
        throw InputError(
            .usage, key: "--second-moments",
            problem: "tp\(plan.tensorParallel) divides the channels whose products are wanted",
            expected: "--parallel tp1, with pp for several chips")
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
            try CalibrationFile(model: transformer.shape.name, channels: all.flatMap { $0 }).write(to: path)
        }
    }
}
