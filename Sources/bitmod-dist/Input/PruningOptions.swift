import ArgumentParser
import Documents
import Workload

/// What is removed from a model before it runs.
struct PruningOptions: ParsableArguments {
    @Option(
        help: """
            Remove this share, such as 0.2, of the heads (whole groups that share keys and values) and of the feed-forward \
            channels of every pruned layer, as LLM-Pruner does, rounded as its code rounds. The share of the whole model's \
            parameters that goes is smaller and is reported.
            """)
    var prune: Double?

    @Option(
        help: """
            With --prune: the layers pruned, counted from 0, such as 4..29 (default: all but the first 4 and the last 2, \
            which are 4..29 of 32).
            """)
    var pruneLayers: String?

    @Option(
        help: """
            With --prune: keep a multiple of so many feed-forward channels, such as the size of quantisation groups \
            (default: 1).
            """)
    var pruneMultiple: Int?

    /// Whether any of the options is on the command line.
    var isGiven: Bool { prune != nil || pruneLayers != nil || pruneMultiple != nil }

    /// The model with what the options remove.
    ///
    /// - Throws: ``InputError`` (usage) for shares and layers that the model cannot lose.
    func applied(to model: TransformerModel) throws -> TransformerModel {
        guard let prune else {
            for (key, isGiven) in [("--prune-layers", pruneLayers != nil), ("--prune-multiple", pruneMultiple != nil)]
            where isGiven {
                throw InputError(.usage, key: key, problem: "there is no --prune that it could change")
            }
            return model
        }
        var pruned = model
        pruned.pruning = Pruning(ratio: prune, layers: try layers(of: model), multiple: pruneMultiple ?? 1)
        do { try pruned.validate() } catch let error as InputError {
            let option =
                switch error.key {
                case "pruning.firstLayer", "pruning.lastLayer": "--prune-layers"
                case "pruning.multiple": "--prune-multiple"
                default: "--prune"
                }
            throw InputError(.usage, key: option, problem: error.problem, expected: error.expected)
        }
        return pruned
    }

    private func layers(of model: TransformerModel) throws -> ClosedRange<Int> {
        guard let pruneLayers else {
            let last = model.layers - 1 - Pruning.layersKeptBehind
            guard last >= Pruning.layersKeptInFront else {
                throw InputError(
                    .usage, key: "--prune",
                    problem:
                        "\(model.name) has \(model.layers) layers, of which the first \(Pruning.layersKeptInFront) "
                        + "and the last \(Pruning.layersKeptBehind) are not pruned unless --prune-layers says so",
                    expected: "--prune-layers such as 0..\(model.layers - 1)")
            }
            return Pruning.layersKeptInFront...last
        }
        let parts = pruneLayers.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let first = parts[0], let last = parts[1], 0 <= first, first <= last,
            last < model.layers
        else {
            throw InputError(
                .usage, key: "--prune-layers", problem: "found \"\(pruneLayers)\"",
                expected: "FIRST..LAST such as 4..29, of the layers 0 to \(model.layers - 1) of \(model.name)")
        }
        return first...last
    }
}
