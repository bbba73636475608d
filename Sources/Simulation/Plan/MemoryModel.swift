import Accelerator
import Units
import Workload

/// What a chip must hold in DRAM: its weights and, at the end of the run, its KV cache.
public struct MemoryModel {
    /// Bytes that one chip holds.
    public struct Usage: Hashable, Sendable, Codable {
        /// Weights with all metadata, the embedding in FP16, norms and biases.
        public var weights: Bytes
        /// Keys and values of all sequences at the last step.
        public var keyValueCache: Bytes

        /// Both.
        public var total: Bytes { weights + keyValueCache }
    }

    private let request: RunRequest
    private let formats: Formats

    init(_ request: RunRequest) {
        self.request = request
        formats = Formats(request)
    }

    /// What a chip of a class holds.
    public func usage(of chipClass: Plan.ChipClass, in plan: Plan) -> Usage {
        let model = request.model
        let shard = chipClass.shard
        var weights = 0
        func add(_ matrix: WeightMatrix) {
            weights +=
                matrix.count
                * formats.weights(matrix.role, hasBias: matrix.hasBias, inputs: matrix.inputs)
                .bytes(
                    rows: matrix.outputs, columns: matrix.inputs, offset: matrix.inputOffset, withRowMetadata: true)
        }
        let layers = plan.stages[chipClass.stage].range
        let hidden = chipClass.seat.block?.ownHiddenSize ?? model.hiddenSize
        var kvHeads = 0
        for (sort, count) in model.sorts(ofLayers: layers) {
            let before = weights
            let part = chipClass.seat.part(ofLayers: sort)
            kvHeads += part.shard.kvHeads * count
            let matrices =
                part.block.map { model.weightMatrices(block: $0) }
                ?? model.weightMatrices(
                    shard: part.shard, isMixture: sort == .mixture,
                    experts: model.mixtureOfExperts.map { chipClass.seat.experts(of: $0.experts) })
            for matrix in matrices { add(matrix) }
            let norms = hidden * model.normsPerLayer + (model.hasQueryKeyNorm ? 2 * model.headDimension : 0)
            let layer = weights - before + normBytes(norms)
            weights = before + layer * count
        }
        if chipClass.stage == 0 {
            var rows = shard.vocabularyRows
            if case .learned(let positions) = model.position {
                rows += (positions + shard.groupSize - 1) / shard.groupSize
            }
            weights += rows * model.hiddenSize * 2
        }
        if chipClass.stage == plan.stages.count - 1 {
            add(chipClass.seat.block.map { model.headMatrix(block: $0) } ?? model.headMatrix(shard: shard))
            weights += normBytes(hidden)
        }
        let context = request.promptTokens + request.generatedTokens
        let cached = model.slidingWindow.map { min(context, $0) } ?? context
        let row = formats.keyValues.bytes(rows: 1, columns: model.headDimension, withRowMetadata: true)
        return Usage(
            weights: Bytes(weights),
            keyValueCache: Bytes(2 * plan.batches[chipClass.replica] * cached * kvHeads * row))
    }

    /// Gains, and for LayerNorm offsets, in FP16.
    private func normBytes(_ elements: Int) -> Int {
        elements * 2 * (request.model.normalization == .layerNorm ? 2 : 1)
    }

    /// What the fullest chip of a plan holds.
    func largest(in plan: Plan) -> Usage {
        let usages = plan.classes().classes.map { usage(of: $0, in: plan) }
        return usages.max { $0.total < $1.total } ?? Usage(weights: .zero, keyValueCache: .zero)
    }
}
