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
    /// No algorithm is faster than its busiest link, nor its events than its closed form, so one whose bound is above what
    /// has been found is not evaluated further.
    func best(of trials: [Trial]) -> ExchangeResult {
        let loads = trials.map { LinkLoads(of: $0.jobs, routes: routes) }
        var best: (index: Int, time: Int)?
        func isBeaten(_ bound: Int, _ index: Int) -> Bool { best.map { ($0.time, $0.index) < (bound, index) } ?? false }
        for index in trials.indices.sorted(by: { (loads[$0].busiest, $0) < (loads[$1].busiest, $1) }) {
            if isBeaten(loads[index].busiest, index) { continue }
            let usesEvents = evaluator(of: loads[index]) == .event
            // The bound costs less than the events only where there is something to be beaten by.
            let bound = usesEvents && best == nil ? 0 : closedForm(trials[index], loads[index])
            if isBeaten(bound, index) { continue }
            let time = usesEvents ? simulate(trials[index]) : bound
            if !isBeaten(time, index) { best = (index, time) }
        }
        guard let best else { preconditionFailure("there are trials") }
        return result(of: trials[best.index], loads[best.index], time: best.time)
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
        return (result(of: trial, loads, time: time), finishes)
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

    private func result(of trial: Trial, _ loads: LinkLoads, time: Int) -> ExchangeResult {
        let network = routes.network
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
