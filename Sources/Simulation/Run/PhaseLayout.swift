import Workload

/// The passes of a phase: which kinds there are, and which of them each micro-batch of each domain is at each stage.
struct PhaseLayout: Sendable {
    /// Distinct passes.
    private(set) var kinds: [PassKind] = []
    /// The first domain with the same batches, of every domain.
    let domainKinds: [Int]
    /// For the first domain of each kind, `[micro-batch][stage]`: an index of ``kinds``.
    private(set) var passes: [Int: [[Int]]] = [:]
    /// Sequences of each micro-batch in each replica of the domain.
    private(set) var batches: [Int: [[Int]]] = [:]

    init(_ plan: Plan, _ request: RunRequest) {
        domainKinds = plan.domainKinds()
        var firstStage: [StageShape: Int] = [:]
        let stageKinds = plan.stages.indices.map { stage in
            let shape = StageShape(stage, of: plan, request)
            if let known = firstStage[shape] { return known }
            firstStage[shape] = stage
            return stage
        }
        var indices: [PassKind: Int] = [:]
        for domain in Set(domainKinds).sorted() {
            let ofReplicas = plan.batches(ofDomain: domain).map { Division.evenly($0, over: plan.microBatches) }
            let microBatches = (0..<plan.microBatches).map { index in ofReplicas.map { $0[index] } }
            batches[domain] = microBatches
            passes[domain] = microBatches.map { microBatch in
                stageKinds.map { stage in
                    let kind = PassKind(stage: stage, batches: microBatch)
                    if let known = indices[kind] { return known }
                    indices[kind] = kinds.count
                    kinds.append(kind)
                    return kinds.count - 1
                }
            }
        }
    }
}
