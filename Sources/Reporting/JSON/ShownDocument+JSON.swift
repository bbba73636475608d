import Accelerator
import Fabric
import Quantization
import Simulation
import Units
import Workload

extension ShownDocument: Encodable {
    private enum Key: String, CodingKey {
        case schema, models, accelerators, schemes, topologies, plan
    }

    /// Writes the document `bitmod-dist.show/1`: a list of what is shown, under the name of its kind.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("bitmod-dist.show/1", forKey: .schema)
        switch self {
        case .models(let models): try container.encode(models.map(ModelEntry.init), forKey: .models)
        case .model(let model): try container.encode([ModelEntry(model)], forKey: .models)
        case .accelerators(let list): try container.encode(list.map(AcceleratorEntry.init), forKey: .accelerators)
        case .accelerator(let one): try container.encode([AcceleratorEntry(one)], forKey: .accelerators)
        case .schemes(let schemes): try container.encode(schemes.map(SchemeEntry.init), forKey: .schemes)
        case .scheme(let scheme): try container.encode([SchemeEntry(scheme)], forKey: .schemes)
        case .topologies(let fabrics): try container.encode(fabrics.map { TopologyEntry($0) }, forKey: .topologies)
        case .topology(let fabric, let metrics):
            try container.encode([TopologyEntry(fabric, metrics)], forKey: .topologies)
        case .plan(let overview): try container.encode(PlanEntry(overview), forKey: .plan)
        }
    }
}

private struct ModelEntry: Encodable {
    let configuration: TransformerModel
    let totalParameters: Int
    let activeBlockLinearParametersPerToken: Int

    init(_ model: TransformerModel) {
        configuration = model
        totalParameters = model.totalParameters
        activeBlockLinearParametersPerToken = model.activeBlockLinearParametersPerToken
    }
}

private struct AcceleratorEntry: Encodable {
    struct Constant: Encodable {
        let key: String
        let value: Double
        let unit: String
        let text: String
        let meaning: String
        let source: String
        let confidence: String
    }

    let name: String
    let summary: String
    let processingElement: String
    let areaSquareMillimeters: Double
    let constants: [Constant]

    init(_ description: AcceleratorDescription) {
        name = description.name
        summary = description.summary
        processingElement = description.processingElement.rawValue
        areaSquareMillimeters = Chip(description).areaSquareMillimeters
        constants = description.parameterKeys.compactMap { key in
            description.parameters[key].map { parameter in
                let dimension = key.definition.dimension
                return Constant(
                    key: key.rawValue, value: parameter.value, unit: dimension.units[0].name,
                    text: Quantity(parameter.value, dimension).text, meaning: key.definition.summary,
                    source: parameter.source, confidence: parameter.confidence.rawValue)
            }
        }
    }
}

private struct SchemeEntry: Encodable {
    let name: String
    let summary: String
    let storage: StorageLayout
    let bitsPerWeight4096: Double
    let cyclesPerStep: Int?
    let cyclesPerStepReason: String
    let sideUnits: [SideUnit]
    let activationBits: Int
    let multiplyAddsPerGroup: Int
    let shiftAddsPerGroup: Int
    let operationsPerGroup: Int
    let headlineBits: Double?
    let withoutCalibration: String?
    let withCalibration: String?

    init(_ scheme: Scheme) {
        activationBits = scheme.activations.bits
        multiplyAddsPerGroup = scheme.multiplyAddsPerGroup
        shiftAddsPerGroup = scheme.shiftAddsPerGroup
        operationsPerGroup = scheme.operationsPerGroup
        headlineBits = scheme.headlineBits
        withoutCalibration = scheme.withoutCalibration
        withCalibration = scheme.withCalibration
        name = scheme.name
        summary = scheme.summary
        storage = scheme.storage
        bitsPerWeight4096 = scheme.storage.averageBitsPerWeight(rows: 4096, columns: 4096)
        cyclesPerStep = scheme.cyclesPerStep
        cyclesPerStepReason = scheme.cyclesPerStepReason
        sideUnits = scheme.sideUnits
    }
}

private struct TopologyEntry: Encodable {
    struct Metrics: Encodable {
        let switches: Int
        let duplexLinks: Int
        let simplexLinks: Int
        let ports: Int
        let totalBandwidthBytesPerSecond: Double
        let diameterHops: Int
        let diameterLatencySeconds: Double
        let meanHops: Double
        let meanEnergyPicojoulesPerBit: Double
        let bisectionBandwidthBytesPerSecond: Double?
    }

    let name: String
    let kind: String
    let chips: Int?
    let link: String
    let linkBandwidthBytesPerSecond: Double
    let linkLatencySeconds: Double
    let linkEnergyPicojoulesPerBit: Double
    let source: String
    let metrics: Metrics?

    init(_ fabric: Fabric, _ metrics: NetworkMetrics? = nil) {
        name = fabric.name
        kind = fabric.topology.kind
        chips = fabric.chips
        link = fabric.link.name
        linkBandwidthBytesPerSecond = fabric.link.bytesPerSecond
        linkLatencySeconds = fabric.link.latency.seconds
        linkEnergyPicojoulesPerBit = fabric.link.picojoulesPerBit
        source = fabric.link.source
        self.metrics = metrics.map {
            Metrics(
                switches: $0.switches, duplexLinks: $0.duplexLinks, simplexLinks: $0.simplexLinks, ports: $0.ports,
                totalBandwidthBytesPerSecond: $0.totalBytesPerSecond,
                diameterHops: $0.diameterHops, diameterLatencySeconds: $0.diameterLatency.seconds,
                meanHops: $0.meanHops, meanEnergyPicojoulesPerBit: $0.meanPicojoulesPerBit,
                bisectionBandwidthBytesPerSecond: $0.bisectionBytesPerSecond)
        }
    }
}

private struct PlanEntry: Encodable {
    struct Kind: Encodable {
        let chips: [Int]
        let stage: Int
        let shard: ShardShape
        @NullIfAbsent var prunedShard: ShardShape?
        let weightBytes: Int
        let keyValueCacheBytes: Int
    }

    let model: String
    @NullIfAbsent var pruning: PruningDocument?
    let chips: Int
    let division: PlanDocument
    let capacityBytesPerChip: Int
    let kinds: [Kind]

    init(_ overview: PlanOverview) {
        model = overview.request.model.name
        pruning = PruningDocument(overview.request.model)
        chips = overview.plan.chips
        division = PlanDocument(overview.plan)
        capacityBytesPerChip = overview.capacity.count
        var chipsOfKind = overview.classes.map { _ in [Int]() }
        for (chip, kind) in overview.classOfChip.enumerated() { chipsOfKind[kind].append(chip) }
        kinds = overview.classes.indices.map { index in
            Kind(
                chips: chipsOfKind[index], stage: overview.classes[index].stage, shard: overview.classes[index].shard,
                prunedShard: overview.classes[index].seat.pruned?.shard,
                weightBytes: overview.memory[index].weights.count,
                keyValueCacheBytes: overview.memory[index].keyValueCache.count)
        }
    }

    private enum Key: String, CodingKey { case model, pruning, chips, capacityBytesPerChip, kinds }

    /// The division's own keys beside those of the overview.
    func encode(to encoder: any Encoder) throws {
        try division.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(model, forKey: .model)
        try container.encode(_pruning, forKey: .pruning)
        try container.encode(chips, forKey: .chips)
        try container.encode(capacityBytesPerChip, forKey: .capacityBytesPerChip)
        try container.encode(kinds, forKey: .kinds)
    }
}
