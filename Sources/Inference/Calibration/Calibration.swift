import MessagePassing

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
