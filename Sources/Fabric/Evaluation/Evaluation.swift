import Units

/// An algorithm on its way to be evaluated.
struct Trial {
    var algorithm: Algorithm
    var jobs: [ExchangeJob]
}

/// Finds out what exchanges take.
struct Evaluation {
    let routes: RouteTable

    /// The fastest of several algorithms; of equally fast ones the first.
    ///
    /// The closed form is never later than the events, so an algorithm whose closed form is slower than what has been
    /// found is not simulated.
    func best(of trials: [Trial]) -> ExchangeResult {
        let candidates = trials.map { trial in
            let loads = LinkLoads(of: trial.jobs, routes: routes)
            let isBoundNeeded = trials.count > 1 || evaluator(of: loads) == .closedForm
            return Candidate(trial: trial, loads: loads, bound: isBoundNeeded ? closedForm(trial, loads) : 0)
        }
        var best: (candidate: Candidate, time: Int)?
        let order = candidates.indices.sorted { (candidates[$0].bound, $0) < (candidates[$1].bound, $1) }
        for candidate in order.map({ candidates[$0] }) {
            if let best, candidate.bound >= best.time { break }
            let time = evaluator(of: candidate.loads) == .closedForm ? candidate.bound : simulate(candidate.trial)
            if best.map({ time < $0.time }) ?? true { best = (candidate, time) }
        }
        guard let best else { preconditionFailure("there are trials") }
        return result(of: best.candidate, time: best.time)
    }

    /// Evaluates one trial, with the time at which each job is done.
    func finishes(of trial: Trial) -> (result: ExchangeResult, finishes: [Int]) {
        let loads = LinkLoads(of: trial.jobs, routes: routes)
        let times: [[Int]]
        if evaluator(of: loads) == .closedForm {
            times = ClosedForm(trial.jobs, routes: routes).run()
        } else {
            var simulation = EventSimulation(trial.jobs, routes: routes)
            times = simulation.run()
        }
        let finishes = times.map { $0.max() ?? 0 }
        let time = max(finishes.max() ?? 0, evaluator(of: loads) == .closedForm ? loads.busiest : 0)
        return (result(of: Candidate(trial: trial, loads: loads, bound: time), time: time), finishes)
    }

    private struct Candidate {
        var trial: Trial
        var loads: LinkLoads
        var bound: Int
    }

    private func evaluator(of loads: LinkLoads) -> NetworkAssumptions.Evaluator {
        routes.assumptions.evaluator ?? (loads.sharesLinks ? .event : .closedForm)
    }

    /// Not below the bandwidth bound: a link is busy for all that it carries.
    private func closedForm(_ trial: Trial, _ loads: LinkLoads) -> Int {
        let evaluator = ClosedForm(trial.jobs, routes: routes)
        return max(loads.busiest, evaluator.run().joined().max() ?? 0)
    }

    private func simulate(_ trial: Trial) -> Int {
        var simulation = EventSimulation(trial.jobs, routes: routes)
        return simulation.run().joined().max() ?? 0
    }

    private func result(of candidate: Candidate, time: Int) -> ExchangeResult {
        let network = routes.network
        let (trial, loads) = (candidate.trial, candidate.loads)
        var energy = Picojoules.zero
        for (channel, bytes) in loads.bytes.enumerated() where bytes > 0 {
            energy += Picojoules(Double(bytes * 8) * network.kind(of: channel).picojoulesPerBit)
        }
        return ExchangeResult(
            time: Picoseconds(time), algorithm: trial.algorithm, evaluator: evaluator(of: loads),
            sharesLinks: loads.sharesLinks, linkBytes: Bytes(loads.bytes.reduce(0, +)), energy: energy,
            additions: trial.jobs.reduce(0) { $0 + $1.schedule.additions },
            messages: trial.jobs.reduce(0) { $0 + $1.schedule.messageCount }, linkEvents: loads.linkEvents,
            loads: network.channels.enumerated().map { index, channel in
                LinkLoad(
                    source: Int(channel.source), destination: Int(channel.destination),
                    bytes: Bytes(loads.bytes[index]),
                    utilization: time == 0 ? 0 : Double(loads.busy[index]) / Double(time))
            })
    }
}
