import Fabric
import Units

/// Costs of the exchanges of a plan, each distinct one asked for once.
///
/// Groups that do the same at the same time are costed together, as they may share links: those of all replicas, and with
/// several micro-batches on their way, those of all stages that have such an exchange; otherwise stages work in turn.
struct ExchangeCosts {
    private struct Key: Hashable {
        var exchange: Exchange
        var stages: Range<Int>
        var arrivals: [Picoseconds]?
    }

    private struct Handover: Hashable {
        var boundaries: Range<Int>
        var bytes: Int
        var isReturn: Bool
    }

    /// The network, or nil where exchanges are taken to cost nothing.
    private let interconnect: Interconnect?
    private let plan: Plan
    private var shares: [Key: ExchangeShare] = [:]
    private var handovers: [Handover: ExchangeShare] = [:]

    /// - Parameter interconnect: nil for exchanges that cost nothing, which bounds every plan from below.
    init(_ interconnect: Interconnect?, plan: Plan) {
        self.plan = plan
        self.interconnect = interconnect
    }

    /// A chip's share of an exchange after a segment of a stage.
    ///
    /// - Parameter arrivals: when the chip of each seat arrives, after the first of them; nil where all arrive together.
    mutating func share(
        of exchange: Exchange, after part: Segment.Part, stage: Int, arrivals: [Picoseconds]?
    ) -> ExchangeShare {
        guard let interconnect else {
            return ExchangeShare(time: arrivals?.max() ?? .zero, chips: 1, linkBytes: 0, energy: .zero, additions: 0)
        }
        let isEverywhere = plan.microBatches > 1 && part != .embedding && part != .head
        let key = Key(
            exchange: exchange, stages: isEverywhere ? 0..<plan.pipelineParallel : stage..<stage + 1,
            arrivals: arrivals)
        if let known = shares[key] { return known }
        let groups = groups(exchange.scope, stages: key.stages)
        let times = arrivals.map { arrivals in groups.map { $0.map { arrivals[plan.seat(of: $0)] } } }
        let cost = interconnect.cost(of: exchange.collective, among: groups, arrivals: times)
        var time = cost.time
        if let busiest = exchange.busiest, busiest > exchange.collective.bytes {
            var collective = exchange.collective
            collective.bytes = busiest
            time = max(time, interconnect.cost(of: collective, among: groups, arrivals: times).time)
        }
        let chips = groups.reduce(0) { $0 + $1.count }
        let share = ExchangeShare(
            time: time, chips: chips, linkBytes: cost.linkBytes.count,
            energy: Picojoules(cost.energy.value / Double(chips)), additions: Double(cost.additions) / Double(chips),
            exchange: GroupExchange(exchange.collective, among: groups, arrivals: times))
        shares[key] = share
        return share
    }

    /// What a chip takes to send to its partner in the next stage.
    mutating func handover(from stage: Int, bytes: Int) -> ExchangeShare {
        let last = plan.pipelineParallel - 1
        return send(
            Handover(
                boundaries: plan.microBatches > 1 ? 0..<last : stage..<stage + 1, bytes: bytes, isReturn: false)
        ) { ($0, $0 + 1) }
    }

    /// What a chip of the last stage takes to send new tokens to its partner in the first.
    mutating func tokenReturn(bytes: Int) -> ExchangeShare {
        let last = plan.pipelineParallel - 1
        return send(Handover(boundaries: last..<last + 1, bytes: bytes, isReturn: true)) { ($0, 0) }
    }

    private mutating func send(_ handover: Handover, _ ends: (Int) -> (Int, Int)) -> ExchangeShare {
        guard let interconnect else {
            return ExchangeShare(time: .zero, chips: 1, linkBytes: 0, energy: .zero, additions: 0)
        }
        if let known = handovers[handover] { return known }
        var pairs: [[Int]] = []
        for replica in 0..<plan.dataParallel {
            for boundary in handover.boundaries {
                let (from, to) = ends(boundary)
                for index in 0..<plan.tensorParallel {
                    pairs.append([
                        plan.chip(replica: replica, stage: from, index: index),
                        plan.chip(replica: replica, stage: to, index: index),
                    ])
                }
            }
        }
        let collective = Collective(.pointToPoint, bytes: Bytes(handover.bytes), elementBytes: 1)
        let cost = interconnect.cost(of: collective, among: pairs)
        let share = ExchangeShare(
            time: cost.time, chips: pairs.count, linkBytes: cost.linkBytes.count,
            energy: Picojoules(cost.energy.value / Double(pairs.count)), additions: 0,
            exchange: GroupExchange(collective, among: pairs))
        handovers[handover] = share
        return share
    }

    private func groups(_ scope: Exchange.Scope, stages: Range<Int>) -> [[Int]] {
        var groups: [[Int]] = []
        let tensor = plan.tensorParallel
        for stage in stages {
            if scope == .domain {
                let replicas = plan.replicasPerDomain
                for domain in 0..<plan.domains {
                    groups.append(
                        (0..<replicas * tensor).map {
                            plan.chip(replica: domain * replicas + $0 / tensor, stage: stage, index: $0 % tensor)
                        })
                }
                continue
            }
            for replica in 0..<plan.dataParallel {
                let chips = (0..<tensor).map { plan.chip(replica: replica, stage: stage, index: $0) }
                switch (scope, plan.grid) {
                case (.row, let grid?):
                    groups += (0..<grid.rows).map { row in (0..<grid.columns).map { chips[$0 * grid.rows + row] } }
                case (.column, let grid?):
                    groups += (0..<grid.columns).map { column in
                        (0..<grid.rows).map { chips[column * grid.rows + $0] }
                    }
                default: groups.append(chips)
                }
            }
        }
        return groups
    }
}
