import Accelerator
import Fabric
import Units
import Workload

/// Simulates passes of micro-batches through stages.
struct PassSimulator {
    let request: RunRequest
    let plan: Plan
    let withOperators: Bool
    /// What costs exchanges, or nil where they cost nothing.
    let network: Interconnect?
    private let seatKinds: [Int]
    private var exchanges: ExchangeCosts
    /// What happens in passes, where somebody wants to know.
    var record: PassRecord?

    /// - Parameters:
    ///   - withOperators: whether to keep costs by operator.
    ///   - network: what costs exchanges; nil where they are taken to cost nothing.
    init(_ request: RunRequest, plan: Plan, withOperators: Bool, network: Interconnect?) {
        self.request = request
        self.plan = plan
        self.withOperators = withOperators
        self.network = network
        seatKinds = plan.seatKinds()
        exchanges = ExchangeCosts(network, plan: plan)
    }

    /// The distinct members of a pass in order of their first seat, and the member of each seat.
    func members(of kind: PassKind) -> (members: [PassMember], memberOfSeat: [Int]) {
        var members: [PassMember] = []
        var indices: [PassMember: Int] = [:]
        let memberOfSeat = seatKinds.enumerated().map { position, seat in
            let member = PassMember(seat: seat, batch: kind.batches[position / plan.tensorParallel])
            if let known = indices[member] { return known }
            indices[member] = members.count
            members.append(member)
            return members.count - 1
        }
        return (members, memberOfSeat)
    }

    /// Simulates some steps of a kind of pass.
    ///
    /// - Parameters:
    ///   - chip: keeps costs of equal work.
    ///   - progress: called after each step.
    /// - Throws: ``InputError`` where no tile fits the buffers or time cannot be counted.
    mutating func totals(
        of kind: PassKind, phase: PhaseStep.Phase, steps: some Sequence<Int>, chip: inout ChipSimulator,
        progress: () throws -> Void = {}
    ) throws -> PassTotals {
        let (members, memberOfSeat) = members(of: kind)
        let stage = StageShape(kind.stage, of: plan, request)
        var totals = PassTotals(durations: [], members: members.map { _ in MemberTotals() })
        var rows: [[OperatorTotal.Key: Int]] = members.map { _ in [:] }
        var elapsed = 0.0
        let newTokens = request.step(0, of: phase, batch: 1).newTokens
        let (work, dispatch) = experts(kind, members: members, newTokens: newTokens)
        for index in steps {
            let segments = members.indices.map { member in
                SegmentBuilder(
                    model: request.model, plan: plan, stage: stage, partialSumBytes: request.partialSumBits / 8,
                    seat: plan.seats[members[member].seat],
                    step: request.step(index, of: phase, batch: members[member].batch),
                    experts: work[member], dispatch: dispatch
                ).segments()
            }
            var duration = Picoseconds.zero
            for position in segments[0].indices {
                let segment = segments[0][position]
                let parts = segment.cut == nil ? 1 : request.overlapChunks
                record?.begin(segment)
                var ends: [[Picoseconds]] = []
                for member in members.indices {
                    ends.append(
                        try run(
                            segments[member][position], parts: parts, totals: &totals.members[member],
                            rows: &rows[member], chip: &chip))
                }
                let timing = time(segment, stage: kind.stage, parts: parts, ends: ends, memberOfSeat, &totals.members)
                let repetitions = segment.repetitions
                record?.end(timing, ends: ends)
                elapsed += Double(timing.duration.count) * Double(repetitions)
                try UncountableTime.check(elapsed)
                duration += timing.duration * repetitions
                for member in members.indices {
                    totals.members[member].exposedCommunication += timing.exposedCommunication * repetitions
                    totals.members[member].communication += timing.communication * repetitions
                }
            }
            totals.durations.append(duration.count)
            try progress()
        }
        return totals
    }

    /// What each member does of the experts, and what is sent between chips for it.
    private func experts(
        _ kind: PassKind, members: [PassMember], newTokens: Int
    ) -> (work: [ExpertWork?], dispatch: TokenDispatch?) {
        guard let mixture = request.model.mixtureOfExperts else { return (members.map { _ in nil }, nil) }
        let tokens = kind.batches.map { $0 * newTokens }
        guard plan.sendsTokens else {
            let work = members.map { member in
                let loads = plan.routing.loads(tokens: member.batch * newTokens, of: mixture)
                return ExpertWork(tokensOfExperts: plan.seats[member.seat].own(loads))
            }
            return (work, nil)
        }
        let loads = plan.routing.loads(tokens: tokens.reduce(0, +), of: mixture)
        let dispatch = TokenDispatch(
            loads: loads, tokens: tokens, of: mixture, plan: plan, hiddenSize: request.model.hiddenSize)
        return (members.map { ExpertWork(tokensOfExperts: plan.seats[$0.seat].own(loads)) }, dispatch)
    }

    /// Costs a segment on one chip.
    ///
    /// - Returns: when each part of its work ends.
    private mutating func run(
        _ segment: Segment, parts: Int, totals: inout MemberTotals, rows: inout [OperatorTotal.Key: Int],
        chip: inout ChipSimulator
    ) throws -> [Picoseconds] {
        var cost = OperatorCost()
        var ends: [Picoseconds] = []
        record?.beginMember()
        func add(_ operation: Operator) throws {
            let part = try chip.cost(of: operation)
            record?.add(operation.reportName, begin: cost.latencyCycles, cost: part)
            cost += part
            // Softmax and values are costed with the scores, as one attention block.
            guard withOperators, part.latencyCycles > 0 else { return }
            let key = OperatorTotal.Key(part: segment.part, name: operation.reportName)
            let index = rows[key] ?? totals.operators.count
            if index == totals.operators.count {
                rows[key] = index
                totals.operators.append(OperatorTotal(key: key, count: 0, cost: OperatorCost()))
            }
            totals.operators[index].count += segment.repetitions * operation.count
            totals.operators[index].cost += part * segment.repetitions
        }
        let cut = parts > 1 ? segment.cut ?? segment.operators.count : segment.operators.count
        for operation in segment.operators[..<cut] { try add(operation) }
        let clock = chip.chip.clock
        if parts == 1 {
            ends.append(clock.duration(of: Cycles(cost.latencyCycles)))
        } else {
            for part in 0..<parts {
                for operation in segment.operators[cut...] {
                    if let piece = operation.piece(part, of: parts) { try add(piece) }
                }
                ends.append(clock.duration(of: Cycles(cost.latencyCycles)))
            }
        }
        totals.cost += cost * segment.repetitions
        totals.busy += (ends.last ?? .zero) * segment.repetitions
        return ends
    }

    private mutating func time(
        _ segment: Segment, stage: Int, parts: Int, ends: [[Picoseconds]], _ memberOfSeat: [Int],
        _ totals: inout [MemberTotals]
    ) -> SegmentTiming {
        guard let exchange = segment.exchange else { return SegmentTiming(ends: ends) }
        return SegmentTiming(ends: ends) { part, arrivals in
            let share = exchanges.share(
                of: exchange.piece(part, of: parts), after: segment.part, stage: stage,
                arrivals: arrivals.map { arrivals in memberOfSeat.map { arrivals[$0] } })
            record?.add(share, of: exchange.piece(part, of: parts).collective)
            for member in totals.indices {
                totals[member].linkBytes.add(share.linkBytes, sharedBy: share.chips, times: segment.repetitions)
                totals[member].linkEnergy += share.energy * Double(segment.repetitions)
                totals[member].additions += share.additions * Double(segment.repetitions)
            }
            return share.time
        }
    }

    /// A chip's share of sending a micro-batch from a stage to the next.
    mutating func handover(from stage: Int, tokens: Int) -> ExchangeShare {
        let rows =
            plan.degrees.isSequenceParallel ? (tokens + plan.tensorParallel - 1) / plan.tensorParallel : tokens
        // Where matrices are divided both ways, a chip has a part of the hidden vector.
        let width = plan.seats.map { $0.block?.ownHiddenSize ?? request.model.hiddenSize }.max() ?? 0
        return exchanges.handover(from: stage, bytes: rows * width * 2)
    }

    /// A chip's share of sending the new token of each sequence, 4 bytes, to the first stage.
    mutating func tokenReturn(sequences: Int) -> ExchangeShare { exchanges.tokenReturn(bytes: 4 * sequences) }
}

extension Operator {
    /// The name of its row in reports: scores, softmax and values run as one.
    fileprivate var reportName: String {
        if case .attentionScores = kind { "attention" } else { name }
    }
}
