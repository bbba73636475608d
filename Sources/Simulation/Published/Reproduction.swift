import Accelerator
import Workload

/// Figures 7 and 8 of the paper, computed here and held against the printed numbers.
public struct Reproduction: Sendable {
    /// One bar: an accelerator, a task and a model.
    public struct Point: Sendable {
        /// The accelerator.
        public var accelerator: String
        /// Discriminative or decode step.
        public var task: PublishedTask
        /// The model.
        public var model: String
        /// Latency, ours and printed.
        public var latencyCycles: (ours: Int, published: Int)
        /// Energy of the chip, ours and printed.
        public var onChipMicrojoules: (ours: Double, published: Int)
        /// Energy of chip and DRAM, ours and printed.
        public var microjoules: (ours: Double, published: Int)
        /// Whether the printed energies are truncated rather than rounded.
        public var isTruncated: Bool

        /// Whether all three equal the printed digits.
        public var isEqual: Bool {
            func printed(_ value: Double) -> Int { Int(isTruncated ? value.rounded(.down) : value.rounded()) }
            return latencyCycles.ours == latencyCycles.published
                && printed(onChipMicrojoules.ours) == onChipMicrojoules.published
                && printed(microjoules.ours) == microjoules.published
        }
    }

    /// The 60 points in the order of ``PublishedFigures/series`` and of the models.
    public let points: [Point]

    /// Runs the published model for all points.
    ///
    /// - Parameter models: the six models of the paper by name.
    public init(models: [String: TransformerModel]) throws {
        var points: [Point] = []
        for series in PublishedFigures.series {
            guard let accelerator = PublishedAccelerator.named(series.accelerator) else { continue }
            let task: PublishedTask = series.isDecodeStep ? .decodeStep : .discriminative
            for (index, name) in PublishedAccelerator.models.enumerated() {
                guard let model = models[name] else { continue }
                let run = try PublishedRun(model, on: accelerator, task: task)
                points.append(
                    Point(
                        accelerator: accelerator.name, task: task, model: name,
                        latencyCycles: (run.latencyCycles, series.cycles[index]),
                        onChipMicrojoules: (run.onChipEnergyPicojoules / 1e6, series.onChipMicrojoules[index]),
                        microjoules: (run.energyPicojoules / 1e6, series.microjoules[index]),
                        isTruncated: series.isTruncated))
            }
        }
        self.points = points
    }

    /// The figures computed from our numbers.
    public var ours: FigureSet {
        FigureSet { accelerator, task, model in
            value(accelerator, task, model) {
                FigureSet.Cost(
                    cycles: Double($0.latencyCycles.ours), onChip: $0.onChipMicrojoules.ours, total: $0.microjoules.ours
                )
            }
        }
    }

    /// The figures computed from the printed numbers.
    public var published: FigureSet {
        FigureSet { accelerator, task, model in
            value(accelerator, task, model) {
                FigureSet.Cost(
                    cycles: Double($0.latencyCycles.published), onChip: Double($0.onChipMicrojoules.published),
                    total: Double($0.microjoules.published))
            }
        }
    }

    private func value(
        _ accelerator: String, _ task: PublishedTask, _ model: String, _ cost: (Point) -> FigureSet.Cost
    ) -> FigureSet.Cost {
        points.first { $0.accelerator == accelerator && $0.task == task && $0.model == model }.map(cost)
            ?? FigureSet.Cost(cycles: 1, onChip: 1, total: 1)
    }
}
