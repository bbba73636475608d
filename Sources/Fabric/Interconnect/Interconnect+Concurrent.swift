import Units

/// One of several exchanges at the same time: what each of some groups does.
public struct GroupExchange: Hashable, Sendable {
    /// What each group does.
    public var collective: Collective
    /// The chips of each group in their order; at least two, all groups of one size.
    public var groups: [[Int]]
    /// When each chip of each group arrives, or nil where all arrive at 0.
    public var arrivals: [[Picoseconds]]?

    /// Creates an exchange.
    public init(_ collective: Collective, among groups: [[Int]], arrivals: [[Picoseconds]]? = nil) {
        self.collective = collective
        self.groups = groups
        self.arrivals = arrivals
    }
}

/// What several exchanges at the same time take.
public struct ConcurrentResult: Sendable {
    /// All of them together; its algorithm is that of the first.
    public var total: ExchangeResult
    /// For each exchange when it is done, and by which algorithm.
    public var parts: [(finish: Picoseconds, algorithm: Algorithm)]
}

extension Interconnect {
    /// Evaluates several exchanges that go on at the same time and share links: tensor-parallel groups that reduce while
    /// pipeline stages hand over, say.
    ///
    /// Each exchange takes the algorithm that is fastest for it alone.
    public func evaluate(_ exchanges: [GroupExchange]) -> ConcurrentResult {
        if exchanges.count == 1 {
            let only = exchanges[0]
            let total = evaluate(only.collective, among: only.groups, arrivals: only.arrivals)
            return ConcurrentResult(total: total, parts: [(total.time, total.algorithm)])
        }
        var jobs: [ExchangeJob] = []
        var ranges: [Range<Int>] = []
        var algorithms: [Algorithm] = []
        for exchange in exchanges {
            let algorithm = evaluate(
                exchange.collective, among: exchange.groups, arrivals: exchange.arrivals
            ).algorithm
            let first = jobs.count
            jobs += self.jobs(
                exchange.collective, by: algorithm, among: exchange.groups, arrivals: exchange.arrivals
            ).map {
                var job = $0
                job.successor = $0.successor.map { $0 + first }
                return job
            }
            ranges.append(first..<jobs.count)
            algorithms.append(algorithm)
        }
        let trial = Trial(algorithm: algorithms.first ?? .direct, jobs: jobs)
        let (total, finishes) = evaluation.finishes(of: trial)
        return ConcurrentResult(
            total: total,
            parts: zip(ranges, algorithms).map { range, algorithm in
                (Picoseconds(finishes[range].max() ?? 0), algorithm)
            })
    }
}
