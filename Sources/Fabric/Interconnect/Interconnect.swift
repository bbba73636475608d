import Documents
import Units

/// The network of a system of chips: costs their exchanges, each distinct one once.
///
/// Groups lie on the network as their chips are numbered. What two exchanges at the same time do to each other is part of
/// their cost; what different calls do to each other is not.
public final class Interconnect {
    /// The topology with its number of chips.
    public let topology: Topology
    /// What is assumed of messages.
    public let assumptions: NetworkAssumptions
    let network: Network
    private let routes: RouteTable
    private var layouts: [[Int]: GroupLayout] = [:]
    private var symmetries: [[[Int]]: GroupSymmetry?] = [:]
    private var costs: [CostKey: ExchangeCost] = [:]
    private var placed: [PlacedKey: PlacedSchedule] = [:]

    private struct CostKey: Hashable {
        var collective: Collective
        var groups: [[Int]]
        var arrivals: [[Picoseconds]]?
    }

    private struct PlacedKey: Hashable {
        var operation: Collective.Operation
        var algorithm: Algorithm
        var elements: Int
        var elementBytes: Int
        var chips: [Int]
        var part: Int
    }

    /// Builds the network of `shape.reduce(1, *)` chips, numbered with the first dimension fastest.
    ///
    /// - Parameter shape: extents of the system, such as tensor, pipeline and data parallelism.
    /// - Throws: ``InputError`` where the fabric has another number of chips, or more channels than can be built.
    public init(_ fabric: Fabric, shape: [Int]) throws {
        let chips = shape.reduce(1, *)
        if let own = fabric.chips, own != chips {
            throw InputError(
                .usage, key: "--topology", problem: "\(fabric.name) joins \(own) chips, the system has \(chips)",
                expected: "the same number")
        }
        topology = fabric.topology(for: shape)
        guard topology.channelEstimate <= 2e7 else {
            throw InputError(
                .usage, key: "--topology",
                problem: "\(fabric.name) with \(chips) chips has more than 20 million channels, too many to build",
                expected: "fewer chips, or a topology with fewer links")
        }
        assumptions = fabric.assumptions
        network = topology.network()
        routes = RouteTable(network, fabric.assumptions)
    }

    /// The cost of one exchange in each of several groups at the same time.
    ///
    /// - Parameters:
    ///   - collective: what each group does.
    ///   - groups: the chips of each group in their order; all of one size.
    ///   - arrivals: when each chip of each group arrives, or nil where all arrive together.
    public func cost(
        of collective: Collective, among groups: [[Int]], arrivals: [[Picoseconds]]? = nil
    ) -> ExchangeCost {
        let groups = groups.filter { $0.count > 1 }
        guard !groups.isEmpty, collective.bytes > .zero else { return .none }
        // Only differences of arrivals matter.
        var arrivals = arrivals
        if let first = arrivals?.joined().min() {
            arrivals = arrivals?.map { $0.map { $0 - first } }
            if arrivals?.joined().allSatisfy({ $0 == .zero }) ?? true { arrivals = nil }
        }
        let key = CostKey(collective: collective, groups: groups, arrivals: arrivals)
        if let known = costs[key] { return known }
        let cost = parts(of: groups, arrivals).reduce(ExchangeCost.none) { total, part in
            let result = evaluate(collective, among: part.groups, arrivals: part.arrivals)
            return ExchangeCost(
                time: max(total.time, result.time + part.start),
                linkBytes: total.linkBytes + result.linkBytes * part.count,
                energy: total.energy + result.energy * Double(part.count),
                additions: total.additions + result.additions * part.count)
        }
        costs[key] = cost
        return cost
    }

    /// Groups that are evaluated together, as they may share links.
    struct Part {
        var groups: [[Int]]
        var arrivals: [[Picoseconds]]?
        /// When the first of them arrives, which counts as 0 in `arrivals`.
        var start = Picoseconds.zero
        /// The numbers of the groups that its one group stands for; empty where it has all groups itself.
        var members: [Int] = []

        /// How many such parts there are.
        var count: Int { max(1, members.count) }
    }

    /// All groups in one part; where none shares a link with another, one part for each kind of group and arrivals.
    func parts(of groups: [[Int]], _ arrivals: [[Picoseconds]]?) -> [Part] {
        let symmetry = symmetries[groups] ?? GroupSymmetry(of: groups, in: network)
        symmetries[groups] = .some(symmetry)
        guard let symmetry else { return [Part(groups: groups, arrivals: arrivals)] }
        guard let arrivals else {
            var parts = symmetry.representatives.map { Part(groups: [groups[$0.group]], arrivals: nil) }
            for (number, kind) in symmetry.kindOfGroup.enumerated() { parts[kind].members.append(number) }
            return parts
        }
        struct Kind: Hashable {
            var group: Int
            var arrivals: [Picoseconds]
        }
        var parts: [Part] = []
        var indices: [Kind: Int] = [:]
        for (number, kind) in symmetry.kindOfGroup.enumerated() {
            let start = arrivals[number].min() ?? .zero
            let relative = arrivals[number].map { $0 - start }
            let key = Kind(group: kind, arrivals: relative)
            if let known = indices[key] {
                parts[known].members.append(number)
                parts[known].start = max(parts[known].start, start)
            } else {
                indices[key] = parts.count
                parts.append(Part(groups: [groups[number]], arrivals: [relative], start: start, members: [number]))
            }
        }
        return parts
    }

    /// Evaluates an exchange with everything there is to tell of it.
    ///
    /// An algorithm that is asked for and does not apply (``algorithms(for:among:)``) gives way to the fastest.
    ///
    /// - Precondition: groups have at least two chips.
    public func evaluate(
        _ collective: Collective, among groups: [[Int]], arrivals: [[Picoseconds]]? = nil
    ) -> ExchangeResult {
        let layout = layout(of: groups[0])
        let wanted = assumptions.algorithm.flatMap { $0.applies(to: collective.operation, layout) ? $0 : nil }
        let candidates = wanted.map { [$0] } ?? affordable(collective, among: groups)
        let trials = candidates.map { algorithm in
            Trial(algorithm: algorithm, jobs: jobs(collective, by: algorithm, among: groups, arrivals: arrivals))
        }
        return evaluation.best(of: trials)
    }

    /// The algorithms that apply to a collective in a group.
    public func algorithms(for collective: Collective, among group: [Int]) -> [Algorithm] {
        let layout = layout(of: group)
        return Algorithm.allCases.filter { $0.applies(to: collective.operation, layout) }
    }

    /// Refuses an exchange that would take more than some minutes or some gigabytes to evaluate.
    ///
    /// - Throws: ``InputError`` that says how many message hops there would be.
    public func checkAffordable(_ collective: Collective, among groups: [[Int]]) throws {
        let applying = algorithms(for: collective, among: groups[0])
        let wanted = assumptions.algorithm.flatMap { applying.contains($0) ? [$0] : nil } ?? applying
        let work = wanted.map { messageHops($0, collective, among: groups) }.min() ?? 0
        guard work > 400_000_000 else { return }
        throw InputError(
            .usage, key: "--topology",
            problem: "the exchange has about \(work) message hops, too many to evaluate",
            expected: "at most 400000000: fewer chips, smaller groups or another algorithm")
    }

    /// Algorithms that are tried where none is asked for: those with few message hops, or the one with the fewest.
    private func affordable(_ collective: Collective, among groups: [[Int]]) -> [Algorithm] {
        let work = algorithms(for: collective, among: groups[0]).map { algorithm in
            (algorithm: algorithm, hops: messageHops(algorithm, collective, among: groups))
        }
        let limit = max(6_000_000, work.map(\.hops).min() ?? 0)
        return work.filter { $0.hops <= limit }.map(\.algorithm)
    }

    /// About how many messages, each counted on every link that it takes, an algorithm has.
    private func messageHops(_ algorithm: Algorithm, _ collective: Collective, among groups: [[Int]]) -> Int {
        let group = groups[0]
        let layout = layout(of: group)
        let messages = algorithm.messageEstimate(for: collective.operation, layout) * groups.count
        let goesToNeighbours =
            (algorithm == .ring || algorithm == .bidirectionalRing) && collective.operation != .allToAll
        return goesToNeighbours ? messages : messages * hopsAcross(group)
    }

    /// Hops from the first chip of a group to the one half way through it, which stand for all.
    private func hopsAcross(_ group: [Int]) -> Int {
        max(1, network.route(from: group[0], to: group[group.count / 2]).count)
    }

    var evaluation: Evaluation { Evaluation(routes: routes) }

    // MARK: Jobs

    func layout(of group: [Int]) -> GroupLayout {
        if let known = layouts[group] { return known }
        let layout = GroupLayout(of: group, in: topology)
        layouts[group] = layout
        return layout
    }

    /// All groups' jobs: for each group the schedules of each chunk, which wait for those that many chunks before.
    func jobs(
        _ collective: Collective, by algorithm: Algorithm, among groups: [[Int]], arrivals: [[Picoseconds]]?
    ) -> [ExchangeJob] {
        let elements = (collective.bytes.count + collective.elementBytes - 1) / collective.elementBytes
        let chunks = (0..<elements).divided(into: min(assumptions.chunks, elements))
        var jobs: [ExchangeJob] = []
        for (index, group) in groups.enumerated() {
            let arrived = arrivals?[index].map(\.count) ?? Array(repeating: 0, count: group.count)
            let first = jobs.count
            var concurrent = 0
            for chunk in chunks {
                let schedules = place(collective, by: algorithm, elements: chunk.count, on: group)
                concurrent = schedules.count
                jobs += schedules.map { ExchangeJob(schedule: $0, arrivals: arrived, successor: nil) }
            }
            for job in first..<jobs.count {
                let successor = job + assumptions.chunksInFlight * concurrent
                if successor < jobs.count { jobs[job].successor = successor }
            }
        }
        return jobs
    }

    private func place(
        _ collective: Collective, by algorithm: Algorithm, elements: Int, on group: [Int]
    ) -> [PlacedSchedule] {
        func key(_ part: Int) -> PlacedKey {
            PlacedKey(
                operation: collective.operation, algorithm: algorithm, elements: elements,
                elementBytes: collective.elementBytes, chips: group, part: part)
        }
        var known: [PlacedSchedule] = []
        while let next = placed[key(known.count)] { known.append(next) }
        if !known.isEmpty { return known }
        let schedules = algorithm.schedules(
            for: collective.operation, elements: elements, elementBytes: collective.elementBytes,
            layout: layout(of: group))
        let all = schedules.map { PlacedSchedule($0, chips: group, routes: routes) }
        for (part, schedule) in all.enumerated() { placed[key(part)] = schedule }
        return all
    }
}
