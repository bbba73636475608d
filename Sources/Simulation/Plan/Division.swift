import Workload

/// How dimensions of a model are divided over the chips of a tensor-parallel group.
enum Division {
    /// Divides a length as evenly as possible.
    ///
    /// In units of the largest of group size, 64, 32 and 16 that divides evenly, else of 16, where the last part takes the
    /// ragged end: equal chips matter more than whole quantisation groups, which cost a part 10 bits more per row where
    /// they are cut.
    static func lengths(of total: Int, over parts: Int, groupSize: Int) -> [Int] {
        guard parts > 1 else { return [total] }
        let unit = [groupSize, 64, 32, 16].first { total.isMultiple(of: $0 * parts) } ?? 16
        guard total >= unit * parts else { return evenly(total, over: parts) }
        let units = evenly((total + unit - 1) / unit, over: parts)
        var lengths = units.map { $0 * unit }
        lengths[parts - 1] -= lengths.reduce(0, +) - total
        return lengths
    }

    /// How many columns of a part's first quantisation group belong to the part before.
    ///
    /// A cut group costs metadata on both sides. A part that ends at a group's border has as many groups, of the same sizes,
    /// as one that begins at it: it counts as such, so that equal chips stay equal.
    static func offset(start: Int, length: Int, groupSize: Int) -> Int {
        let offset = start % groupSize
        return (start + length).isMultiple(of: groupSize) && offset.isMultiple(of: 4) ? 0 : offset
    }

    /// The offsets of parts that follow one another.
    static func offsets(_ lengths: [Int], groupSize: Int) -> [Int] {
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return offset(start: start, length: length, groupSize: groupSize)
        }
    }

    /// Divides a count so that parts differ by at most one, larger ones first.
    static func evenly(_ total: Int, over parts: Int) -> [Int] {
        (0..<parts).map { total / parts + ($0 < total % parts ? 1 : 0) }
    }

    /// Divides the heads: whole KV heads with their queries where there are enough of them, else query heads, and then
    /// chips that share a KV head each hold a copy of it.
    ///
    /// - Returns: for each chip, the query heads per KV head it holds.
    static func heads(of model: TransformerModel, over parts: Int) -> [[Int]] {
        let queriesPerKVHead = model.attentionHeads / model.kvHeads
        if model.kvHeads >= parts {
            return evenly(model.kvHeads, over: parts).map { Array(repeating: queriesPerKVHead, count: $0) }
        }
        var first = 0
        return evenly(model.attentionHeads, over: parts).map { count in
            defer { first += count }
            return (first / queriesPerKVHead...(first + count - 1) / queriesPerKVHead).map { kvHead in
                min((kvHead + 1) * queriesPerKVHead, first + count) - max(kvHead * queriesPerKVHead, first)
            }
        }
    }

    /// The most chips that can share a layer: every one must have a part of everything.
    static func mostParts(of model: TransformerModel) -> Int {
        if let pruned = model.ofPrunedLayers { return min(mostParts(of: model.unpruned), mostParts(of: pruned)) }
        let widths = [
            model.attentionHeads, model.vocabularySize, model.intermediateSize,
            model.mixtureOfExperts?.expertIntermediateSize, model.mixtureOfExperts?.sharedIntermediateSize,
        ]
        return widths.compactMap { $0 }.filter { $0 > 0 }.min() ?? 1
    }

    /// The shards of every layer of a model, or of every one that is not pruned.
    static func shards(of model: TransformerModel, over parts: Int, groupSize: Int) -> [ShardShape] {
        let heads = heads(of: model, over: parts)
        let intermediate = lengths(of: model.intermediateSize, over: parts, groupSize: groupSize)
        let mixture = model.mixtureOfExperts
        let expert = mixture.map { lengths(of: $0.expertIntermediateSize, over: parts, groupSize: groupSize) }
        let shared = mixture.map { lengths(of: $0.sharedIntermediateSize, over: parts, groupSize: groupSize) }
        let vocabulary = evenly(model.vocabularySize, over: parts)
        let outputs = offsets(heads.map { $0.reduce(0, +) * model.headDimension }, groupSize: groupSize)
        let down = offsets(intermediate, groupSize: groupSize)
        let expertDown = expert.map { offsets($0, groupSize: groupSize) }
        let sharedDown = shared.map { offsets($0, groupSize: groupSize) }
        return (0..<parts).map { part in
            var shard = ShardShape(
                queryHeadsPerKVHead: heads[part], intermediateSize: intermediate[part],
                expertIntermediateSize: expert?[part] ?? 0, sharedIntermediateSize: shared?[part] ?? 0,
                vocabularyRows: vocabulary[part], groupSize: parts)
            shard.offsets.attentionOutput = outputs[part]
            shard.offsets.down = down[part]
            shard.offsets.expertDown = expertDown?[part] ?? 0
            shard.offsets.sharedDown = sharedDown?[part] ?? 0
            return shard
        }
    }
}
