import Workload

extension Division {
    /// The blocks of every dense layer of a model, divided over rows x columns of chips: column by column.
    ///
    /// - Parameter shards: what each chip owns once sums are scattered; replaced are the widths.
    static func grid(
        of model: TransformerModel, rows: Int, columns: Int, groupSize: Int, shards: [ShardShape]
    ) -> [(shard: ShardShape, block: GridBlock)] {
        let hidden = lengths(of: model.hiddenSize, over: rows, groupSize: groupSize)
        let widths = lengths(of: model.intermediateSize, over: columns, groupSize: groupSize)
        let vocabulary = evenly(model.vocabularySize, over: columns)
        let queriesPerKVHead = model.attentionHeads / model.kvHeads
        var firstHead = 0
        return (0..<columns).flatMap { column in
            let members = Array(shards[column * rows..<(column + 1) * rows])
            let queryHeads = members.reduce(0) { $0 + $1.queryHeads }
            let lastHead = firstHead + queryHeads - 1
            let kvHeads = lastHead / queriesPerKVHead - firstHead / queriesPerKVHead + 1
            firstHead += queryHeads
            return (0..<rows).map { row in
                var shard = members[row]
                shard.intermediateSize = evenly(widths[column], over: rows)[row]
                let block = GridBlock(
                    rows: rows, columns: columns, hiddenSize: hidden[row],
                    ownHiddenSize: evenly(hidden[row], over: columns)[column], queryHeads: queryHeads,
                    kvHeads: kvHeads, kvHeadCopies: members.reduce(0) { $0 + $1.kvHeads },
                    intermediateSize: widths[column], vocabularyRows: vocabulary[column])
                return (shard, block)
            }
        }
    }
}
