import Accelerator
import Fabric
import MessagePassing
import Quantization
import Workload

/// Figures 7 and 8 in tile fidelity: the same models, tasks and accelerators on the honest chip model.
///
/// Weights take what is really stored: `int6` for lossless and `bitmod-4b` (discriminative) or `bitmod-3b` (generative)
/// for lossy BitMoD, with all metadata; ANT and OliVe, whose published widths are averages over layers, take those. Keys
/// and values take what the PEs can multiply: FP16 on `fp16`, INT8 elsewhere.
public enum TileFigures {
    /// Computes the figures.
    ///
    /// - Parameter models: the six models of the paper by name.
    public static func compute(models: [String: TransformerModel]) throws -> FigureSet {
        var costs: [String: FigureSet.Cost] = [:]
        for accelerator in PublishedAccelerator.all {
            for name in PublishedAccelerator.models {
                guard let model = models[name] else { continue }
                for task in [PublishedTask.discriminative, .decodeStep] {
                    costs[key(accelerator.name, task, name)] = try cost(of: model, on: accelerator, task: task)
                }
            }
        }
        return FigureSet { costs[key($0, $1, $2)] ?? FigureSet.Cost(cycles: 1, onChip: 1, total: 1) }
    }

    private static func key(_ accelerator: String, _ task: PublishedTask, _ model: String) -> String {
        "\(accelerator)/\(task.rawValue)/\(model)"
    }

    private static func cost(
        of model: TransformerModel, on published: PublishedAccelerator, task: PublishedTask
    ) throws -> FigureSet.Cost {
        let isDecode = task == .decodeStep
        let averageBits = published.weightBits(task: task, model: model.name)
        let choice: (preset: AcceleratorDescription, scheme: String, bits: Double?) =
            switch published.name {
            case "fp16": (AcceleratorPresets.fp16, "fp16", nil)
            case "ant": (AcceleratorPresets.ant, "ant-4b", averageBits)
            case "olive": (AcceleratorPresets.olive, "olive-4b", averageBits)
            case "bitmod-lossless": (AcceleratorPresets.bitmod, "int6", nil)
            default: (AcceleratorPresets.bitmod, isDecode ? "bitmod-3b" : "bitmod-4b", nil)
            }
        let fabric = Fabric(name: "none", topology: .grid([Axis(.ring, chips: nil, link: Link.presets[0])]))
        let context = PublishedFigures.context
        let request = try RunRequest(
            model: model, accelerator: choice.preset, scheme: Scheme.named(choice.scheme), weightBits: choice.bits,
            kvScheme: Scheme.named(choice.preset.processingElement.defaultKVScheme), chips: 1, fabric: fabric,
            promptTokens: isDecode ? context - 1 : context, generatedTokens: isDecode ? 1 : 0,
            headPositions: isDecode ? .last : .all)
        let plan = try Planner(request).plan()
        guard let result = try SystemSimulation(request, plan: plan).run(on: SingleProcessCommunicator()) else {
            preconditionFailure("a single process is the coordinator")
        }
        let phase = result[isDecode ? .decode : .prefill]
        let chip = Chip(choice.preset)
        return FigureSet.Cost(
            cycles: Double(chip.clock.cycles(covering: phase.latency).count),
            onChip: phase.total.energy.onChip.value, total: phase.total.energy.total.value)
    }
}
