import Accelerator

/// Figures 7 (speed) and 8 (energy) from one set of costs: every accelerator over the FP16 baseline, per model and mean.
///
/// The generative task is a discriminative pass and 20 decode steps. The paper's "Geo Mean" is an arithmetic mean over the
/// six models; so are the means here.
public struct FigureSet: Hashable, Sendable {
    /// Costs of one task on one accelerator.
    public struct Cost: Hashable, Sendable {
        /// Latency in cycles of one clock.
        public var cycles: Double
        /// Energy of the chip.
        public var onChip: Double
        /// Energy of chip and DRAM.
        public var total: Double

        /// Creates a cost.
        public init(cycles: Double, onChip: Double, total: Double) {
            self.cycles = cycles
            self.onChip = onChip
            self.total = total
        }
    }

    /// The bars of one accelerator in one task.
    public struct Series: Hashable, Sendable {
        /// The accelerator.
        public var accelerator: String
        /// Discriminative or generative.
        public var task: PublishedTask
        /// FP16 latency over this one's, per model.
        public var speedup: [Double]
        /// Energy over FP16's, per model.
        public var normalizedEnergy: [Double]
        /// Energy of the chip over FP16's energy of chip and DRAM, per model.
        public var normalizedOnChipEnergy: [Double]

        /// Arithmetic means over the models.
        public var means: (speedup: Double, energy: Double, onChip: Double) {
            (Self.mean(speedup), Self.mean(normalizedEnergy), Self.mean(normalizedOnChipEnergy))
        }

        private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    }

    /// Ten series: five accelerators, two tasks.
    public let series: [Series]

    /// Computes the figures.
    ///
    /// - Parameter cost: of an accelerator, a task (discriminative or decode step) and a model.
    public init(cost: (_ accelerator: String, _ task: PublishedTask, _ model: String) -> Cost) {
        func task(_ accelerator: String, _ task: PublishedTask, _ model: String) -> Cost {
            let prefill = cost(accelerator, .discriminative, model)
            guard task == .generative else { return prefill }
            let step = cost(accelerator, .decodeStep, model)
            let steps = Double(PublishedFigures.decodeSteps)
            return Cost(
                cycles: prefill.cycles + steps * step.cycles, onChip: prefill.onChip + steps * step.onChip,
                total: prefill.total + steps * step.total)
        }
        let models = PublishedAccelerator.models
        series = [PublishedTask.discriminative, .generative].flatMap { kind in
            let baseline = models.map { task("fp16", kind, $0) }
            return PublishedAccelerator.all.map { accelerator in
                let costs = models.map { task(accelerator.name, kind, $0) }
                return Series(
                    accelerator: accelerator.name, task: kind,
                    speedup: zip(baseline, costs).map { $0.cycles / $1.cycles },
                    normalizedEnergy: zip(baseline, costs).map { $1.total / $0.total },
                    normalizedOnChipEnergy: zip(baseline, costs).map { $1.onChip / $0.total })
            }
        }
    }

    /// One series.
    public func series(_ accelerator: String, _ task: PublishedTask) -> Series {
        guard let found = series.first(where: { $0.accelerator == accelerator && $0.task == task }) else {
            preconditionFailure("no series \(accelerator) \(task)")
        }
        return found
    }

    /// Speed of lossy BitMoD over another accelerator, as the abstract's averages are derived.
    ///
    /// For each task the ratio of the two mean speed-ups over FP16. The abstract's 1.69 (ANT) is the mean of the two ratios;
    /// its 1.48 (OliVe) follows only if both are rounded to two digits first: the exact mean is 1.4717.
    public func headline(over accelerator: String) -> (
        discriminative: Double, generative: Double, mean: Double, meanOfRounded: Double
    ) {
        func ratio(_ task: PublishedTask) -> Double {
            series("bitmod-lossy", task).means.speedup / series(accelerator, task).means.speedup
        }
        let (first, second) = (ratio(.discriminative), ratio(.generative))
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        return (first, second, (first + second) / 2, (rounded(first) + rounded(second)) / 2)
    }
}
