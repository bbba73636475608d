import Foundation
import Workload

/// What is removed from a model, as a person reads it.
enum PruningText {
    /// A few words for headings and tables, such as `0.25 of layers 4-29`; nil for a model that nothing is removed from.
    static func short(_ model: TransformerModel) -> String? {
        model.pruning.map { short(ratio: $0.ratio, firstLayer: $0.firstLayer, lastLayer: $0.lastLayer) }
    }

    static func short(ratio: Double, firstLayer: Int, lastLayer: Int) -> String {
        "\(ratio) of layers \(firstLayer)-\(lastLayer)"
    }

    /// What pruned layers are left with.
    static func shape(_ model: TransformerModel) -> String? {
        guard let pruned = model.ofPrunedLayers else { return nil }
        let heads =
            model.kvHeads == model.attentionHeads
            ? "" : ", \(pruned.kvHeads) of \(model.kvHeads) KV heads"
        return "\(pruned.attentionHeads) of \(model.attentionHeads) heads\(heads), \(pruned.intermediateSize) of "
            + "\(model.intermediateSize) channels"
    }

    /// What is left of the model's parameters.
    static func parameters(_ model: TransformerModel) -> String? {
        guard model.pruning != nil else { return nil }
        let (left, all) = (model.totalParameters, model.unpruned.totalParameters)
        return "\(left) of \(all) parameters (" + String(format: "%.2f", Double(left) / Double(all) * 100) + " %)"
    }
}
