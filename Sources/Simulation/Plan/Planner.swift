import Accelerator
import Documents
import Units
import Workload

/// Makes the plan of a run and checks that it fits the chips' memory.
public struct Planner {
    private let request: RunRequest
    private let memory: MemoryModel
    private let capacity: Bytes

    /// Creates a planner for a validated request.
    public init(_ request: RunRequest) {
        self.request = request
        memory = MemoryModel(request)
        capacity = Chip(request.accelerator).dram.capacity
    }

    /// The plan: the one asked for, or the best that fits by the request's objective (``PlanSearch``).
    ///
    /// - Throws: ``InputError`` where the division is impossible or a chip's memory is too small; the latter says how much
    ///   is needed and how many chips would do.
    public func plan() throws -> Plan {
        switch request.parallelism {
        case .explicit(let degrees):
            try PlanRules(request).check(degrees)
            let plan = try Plan(request, degrees: degrees)
            try checkFits(plan)
            return plan
        case .automatic:
            let candidates = PlanCandidates(request: request).degrees(chips: request.chips)
            guard !candidates.isEmpty else {
                throw InputError(
                    .usage, key: "--chips", problem: impossible,
                    expected: "a number of chips that splits into heads and layers")
            }
            let search = PlanSearch(request)
            let plans = try search.plans(candidates).filter { memory.largest(in: $0).total <= capacity }
            guard !plans.isEmpty else {
                let most = request.batch / (request.microBatches ?? 1)
                guard most > 0 else { throw PlanRules.tooManyMicroBatches(request, sequences: request.batch) }
                let needed = try search.plans(candidates).min {
                    memory.largest(in: $0).total < memory.largest(in: $1).total
                }
                if let needed { try checkFits(needed) }
                throw PlanRules.tooManyMicroBatches(request, sequences: request.batch)
            }
            return try search.best(of: plans)
        }
    }

    private var impossible: String {
        "\(request.model.name) has \(request.model.attentionHeads) heads and \(request.model.layers) layers, "
            + "which \(request.chips) chips cannot share"
    }

    private func checkFits(_ plan: Plan) throws {
        let needed = memory.largest(in: plan)
        guard needed.total > capacity else { return }
        let enough = try chipsThatWouldDo()
        throw InputError(
            .usage, key: "--chips",
            problem: "\(request.model.name) does not fit: a chip needs \(Self.text(needed.total)) "
                + "(weights \(Self.text(needed.weights)), KV cache \(Self.text(needed.keyValueCache))) "
                + "and has \(Self.text(capacity)) of DRAM",
            expected: enough.map { "at least \($0) chips, fewer bits or less context" }
                ?? "fewer bits or less context: no number of chips up to 65536 would do")
    }

    /// The smallest number of chips with a plan that fits.
    private func chipsThatWouldDo() throws -> Int? {
        // Weights and cache divide at best evenly, so this many are needed at least.
        var whole = request
        whole.gemmPartition = .oneDimensional
        whole.microBatches = nil
        let single = memory.largest(in: try Plan(whole, degrees: ParallelDegrees())).total.count
        var chips = max(1, (single + capacity.count - 1) / capacity.count)
        let candidates = PlanCandidates(request: request)
        while chips <= 65536 {
            for degrees in candidates.degrees(chips: chips) where !degrees.isSequenceParallel {
                guard let microBatches = candidates.microBatches(degrees).first else { continue }
                let plan = try Plan(request, degrees: degrees, microBatches: microBatches)
                if memory.largest(in: plan).total <= capacity { return chips }
            }
            chips += 1
            if chips > request.model.attentionHeads * request.model.layers * request.batch { return nil }
        }
        return nil
    }

    static func text(_ bytes: Bytes) -> String {
        let gibibytes = Double(bytes.count) / 1_073_741_824
        let tenths = Int((gibibytes * 100).rounded(.up))
        return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100) GiB"
    }
}
