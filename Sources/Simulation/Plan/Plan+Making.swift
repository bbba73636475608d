import Documents
import Workload

extension Plan {
    /// The plan with some degrees, which must be possible: see ``PlanRules``.
    ///
    /// - Parameter microBatches: or nil for as many as there are stages and sequences.
    init(_ request: RunRequest, degrees: ParallelDegrees, microBatches: Int? = nil) throws {
        let model = request.model
        let groupSize = request.scheme.groupSize
        var first = 0
        let stages = Division.evenly(model.layers, over: degrees.pipeline).map { layers in
            defer { first += layers }
            return Stage(firstLayer: first, layers: layers)
        }
        let batches = Division.evenly(request.batch, over: degrees.data)
        let routing = try model.mixtureOfExperts.map { try request.expertLoad.routing(of: $0) } ?? .uniform
        let grid = request.gemmPartition.sides(chips: degrees.tensor).map { Grid(rows: $0.rows, columns: $0.columns) }
        let smallest = batches.min() ?? 1
        self.init(
            degrees: degrees, grid: grid, stages: stages, seats: [], batches: batches,
            microBatches: microBatches ?? request.microBatches ?? min(smallest, degrees.pipeline),
            overlapChunks: request.overlapChunks, routing: routing)
        seats = makeSeats(request, groupSize: groupSize)
    }

    private func makeSeats(_ request: RunRequest, groupSize: Int) -> [Seat] {
        let model = request.model
        var shards = Division.shards(of: model, over: degrees.tensor, groupSize: groupSize)
        let pruned = model.ofPrunedLayers.map { layerParts(of: $0, groupSize: groupSize) }
        if grid != nil {
            return layerParts(of: model, groupSize: groupSize).enumerated().map { index, part in
                Seat(
                    shard: part.shard, block: part.block, pruned: pruned?[index], expertPart: 0, expertParts: 1)
            }
        }
        // Chips that share each of their experts.
        let sharing = max(1, degrees.tensor / degrees.expert)
        if degrees.expert > 1, let mixture = model.mixtureOfExperts {
            let widths = Division.lengths(of: mixture.expertIntermediateSize, over: sharing, groupSize: groupSize)
            let offsets = Division.offsets(widths, groupSize: groupSize)
            for index in shards.indices {
                shards[index].expertIntermediateSize = widths[index % sharing]
                shards[index].offsets.expertDown = offsets[index % sharing]
            }
        }
        let replicas = max(1, degrees.expert / degrees.tensor)
        let parts = equalParts(request, replicas: replicas)
        return (0..<replicas * degrees.tensor).map { position in
            Seat(
                shard: shards[position % degrees.tensor], block: nil, pruned: pruned?[position % degrees.tensor],
                expertPart: parts[position / sharing], expertParts: degrees.expert)
        }
    }

    /// What each chip of a tensor-parallel group has of a dense layer of a model.
    private func layerParts(of model: TransformerModel, groupSize: Int) -> [Seat.Part] {
        let shards = Division.shards(of: model, over: degrees.tensor, groupSize: groupSize)
        guard let grid else { return shards.map { Seat.Part(shard: $0, block: nil) } }
        return Division.grid(
            of: model, rows: grid.rows, columns: grid.columns, groupSize: groupSize, shards: shards
        )
        .map { Seat.Part(shard: $0.shard, block: $0.block) }
    }

    /// The first part of the experts that has as many of them, with the same loads in every step, as each.
    private func equalParts(_ request: RunRequest, replicas: Int) -> [Int] {
        guard let mixture = request.model.mixtureOfExperts, degrees.expert > 1 else {
            return Array(repeating: 0, count: max(1, degrees.expert))
        }
        var tokens: Set<Int> = []
        for domain in 0..<degrees.data / replicas {
            let sizes = batches[domain * replicas..<(domain + 1) * replicas].map {
                Division.evenly($0, over: microBatches)
            }
            for microBatch in 0..<microBatches {
                let sequences = sizes.reduce(0) { $0 + $1[microBatch] }
                tokens.insert(sequences)
                tokens.insert(sequences * request.promptTokens)
            }
        }
        let loads = tokens.sorted().map { routing.loads(tokens: $0, of: mixture) }
        var first: [[[Int]]: Int] = [:]
        return (0..<degrees.expert).map { part in
            let seat = Seat(
                shard: ShardShape(whole: request.model), block: nil, expertPart: part, expertParts: degrees.expert)
            let own = loads.map { seat.own($0).sorted() }
            if let known = first[own] { return known }
            first[own] = part
            return part
        }
    }
}
