import Accelerator
import Fabric
import Foundation
import Quantization
import Simulation
import Units
import Workload

/// What `show` prints, as text or as the document `bitmod-dist.show/1`.
public enum ShownDocument {
    case models([TransformerModel])
    case model(TransformerModel)
    case accelerators([AcceleratorDescription])
    case accelerator(AcceleratorDescription)
    case schemes([Scheme])
    case scheme(Scheme)
    case topologies([Fabric])
    case topology(Fabric, NetworkMetrics?)
    case plan(PlanOverview)

    /// The text.
    public var text: String {
        switch self {
        case .models(let models): Self.table(Self.modelHeader, models.map(Self.modelRow))
        case .model(let model): Self.describe(model)
        case .accelerators(let accelerators):
            Self.table(
                ["accelerator", "PEs", "summary"],
                accelerators.map { description in
                    let chip = Chip(description)
                    return [description.name, "\(chip.array.elements)", description.summary]
                })
        case .accelerator(let description): description.yaml
        case .schemes(let schemes):
            Self.table(
                ["scheme", "bits", "group", "cycles", "summary"],
                schemes.map { scheme in
                    [
                        scheme.name, Self.bits(scheme), "\(scheme.groupSize)",
                        scheme.cyclesPerStep.map { "\($0)" } ?? "-", scheme.summary,
                    ]
                })
        case .scheme(let scheme): Self.describe(scheme)
        case .topologies(let fabrics): TopologyList(fabrics).text
        case .topology(let fabric, let metrics): (metrics.map { TopologySummary($0).comment } ?? "") + fabric.yaml
        case .plan(let overview): Self.describe(overview)
        }
    }

    // MARK: Parts

    private static let modelHeader = [
        "model", "family", "parameters", "layers", "hidden", "heads", "KV heads", "FFN", "vocabulary", "positions",
    ]

    private static func modelRow(_ model: TransformerModel) -> [String] {
        let experts = model.mixtureOfExperts.map {
            "\($0.experts) x \($0.expertIntermediateSize), \($0.activeExperts) active"
        }
        return [
            model.name, model.family,
            Figures.si(Double(model.totalParameters), "").trimmingCharacters(in: .whitespaces),
            "\(model.layers)", "\(model.hiddenSize)", "\(model.attentionHeads) x \(model.headDimension)",
            "\(model.kvHeads)", experts ?? "\(model.intermediateSize)", "\(model.vocabularySize)",
            "\(model.maximumPositions)",
        ]
    }

    private static func describe(_ model: TransformerModel) -> String {
        let rows = zip(modelHeader, modelRow(model)).map { "  \($0.padded(to: 12)) \($1)" }
        let pruning =
            PruningText.short(model).map { ["  \("pruning".padded(to: 12)) \($0): \(PruningText.shape(model) ?? "")"] }
            ?? []
        let exactly = PruningText.parameters(model) ?? "\(model.totalParameters) parameters"
        return (rows + pruning + ["  \("exactly".padded(to: 12)) \(exactly)"]).joined(separator: "\n")
            + "\n"
    }

    /// Bits per weight of a 4096 x 4096 matrix, all metadata counted.
    private static func bits(_ scheme: Scheme) -> String {
        String(format: "%.4f", scheme.storage.averageBitsPerWeight(rows: 4096, columns: 4096))
    }

    private static func describe(_ scheme: Scheme) -> String {
        let storage = scheme.storage
        let units = scheme.sideUnits.map(\.rawValue).joined(separator: ", ")
        let perGroup = storage.bitsPerGroup
        return """
            \(scheme.name): \(scheme.summary)

              bits per weight   \(bits(scheme)) for 4096 x 4096: code \(storage.codeBits), per group of \
            \(storage.groupSize) \(perGroup), per row \(storage.rowBits)\
            \(sharedMetadata(storage))
              cycles per step   \(scheme.cyclesPerStep.map { "\($0)" } ?? "does not run on the bit-serial PE")
              why               \(scheme.cyclesPerStepReason)
              side units        \(units.isEmpty ? "none" : units)
            \(provenance(scheme))
            """
    }

    /// Metadata that rows share, and outliers.
    private static func sharedMetadata(_ storage: StorageLayout) -> String {
        let parts = [
            (storage.bitsPerColumn, "per column"), (storage.bitsPerColumnGroup, "per group of columns"),
            (storage.bitsPerRowTile, "per group of \(StorageLayout.rowTile) rows"),
            (storage.bitsPerLowBlock, "per row of a narrow block"),
        ]
        let outliers =
            storage.outlierShare > 0
            ? ", and \(StorageLayout.outlierBits) for each outlier, of which \(storage.outlierShare * 100) % are assumed"
            : ""
        return parts.filter { $0.0 > 0 }.map { ", \($0.1) \($0.0)" }.joined() + outliers
    }

    /// Where the weights come from, and the bits that the paper speaks of.
    private static func provenance(_ scheme: Scheme) -> String {
        let activations =
            switch scheme.activations {
            case .float16: "FP16"
            case .integer(let bits): "INT\(bits), one scale per token"
            case .asymmetricInteger(let bits): "INT\(bits), one scale and zero point per token"
            }
        let lines = [
            ("activations", activations), ("headline bits", scheme.headlineBits.map { String(format: "%g", $0) }),
            ("uncalibrated", scheme.withoutCalibration), ("calibrated", scheme.withCalibration),
        ]
        return lines.compactMap { name, text in text.map { "  \(name.padded(to: 17)) \($0)\n" } }.joined()
    }

    private static func describe(_ overview: PlanOverview) -> String {
        let plan = overview.plan
        let heading =
            "\(overview.request.model.name) on \(plan.chips) chips: \(PlanText.summary(plan))"
            + (PlanText.details(plan).map { ", \($0)" } ?? "") + "\n"
            + (PruningText.short(overview.request.model).map {
                "pruned \($0), where a second number is that of a pruned layer\n"
            } ?? "") + "\n"
        let alternatives = PlanText.alternatives(plan).map { "\n\($0.text(indent: 0))\n" } ?? ""
        var chipsOfClass = overview.classes.map { _ in 0 }
        for index in overview.classOfChip { chipsOfClass[index] += 1 }
        let hasCuts = overview.classes.contains {
            $0.shard.offsets != .init() || $0.seat.pruned.map { $0.shard.offsets != .init() } ?? false
        }
        return heading
            + table(
                [
                    "kind", "chips", "layers", "query heads", "KV heads", "FFN", "vocabulary", "weights", "KV cache",
                    "of",
                ] + (hasCuts ? ["cut groups"] : []),
                overview.classes.indices.map { index in
                    let kind = overview.classes[index]
                    let stage = plan.stages[kind.stage]
                    let width =
                        kind.shard.expertIntermediateSize > 0
                        ? kind.shard.expertIntermediateSize : kind.shard.intermediateSize
                    let pruned = kind.seat.pruned?.shard
                    func both(_ whole: Int, _ rest: Int?) -> String { rest.map { "\(whole), \($0)" } ?? "\(whole)" }
                    return [
                        "\(index)", "\(chipsOfClass[index])",
                        "\(stage.firstLayer)-\(stage.firstLayer + stage.layers - 1)",
                        both(kind.shard.queryHeads, pruned?.queryHeads), both(kind.shard.kvHeads, pruned?.kvHeads),
                        both(width, pruned?.intermediateSize), "\(kind.shard.vocabularyRows)",
                        Figures.bytes(overview.memory[index].weights.count),
                        Figures.bytes(overview.memory[index].keyValueCache.count),
                        Figures.bytes(overview.capacity.count),
                    ] + (hasCuts ? [cuts(kind.shard.offsets, pruned: pruned?.offsets)] : [])
                }) + alternatives
    }

    /// The matrices whose first quantisation group is cut, with its columns on the chip before.
    private static func cuts(_ offsets: ShardShape.InputOffsets, pruned: ShardShape.InputOffsets?) -> String {
        let all = [
            ("output", offsets.attentionOutput), ("down", offsets.down), ("expert down", offsets.expertDown),
            ("shared down", offsets.sharedDown),
            ("pruned output", pruned?.attentionOutput ?? 0), ("pruned down", pruned?.down ?? 0),
        ]
        return all.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        TextTable(header, rows).text(indent: 0) + "\n"
    }
}
