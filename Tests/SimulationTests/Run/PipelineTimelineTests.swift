import Testing
import _SimulationTestSupport

@testable import Simulation

@Suite struct PipelineTimelineTests {
    private struct Case {
        var durations: [[[Int]]]
        var transfers: [[Int]]

        init(_ generator: inout SeededGenerator) {
            let (batches, stages) = (generator.integer(1...5), generator.integer(1...5))
            let steps = generator.integer(1...6)
            durations = (0..<batches).map { _ in
                (0..<stages).map { _ in (0..<steps).map { _ in generator.integer(0...40) } }
            }
            transfers = (0..<batches).map { _ in
                stages == 1 ? [] : (0..<stages).map { _ in generator.integer(0...15) }
            }
        }
    }

    /// A plain event simulation: time goes on unit by unit; what is free takes the next of its queue that has come.
    private func simulate(_ run: Case) -> (latency: Int, waiting: [Int]) {
        let (batches, stages, steps) = (run.durations.count, run.durations[0].count, run.durations[0][0].count)
        struct Job: Hashable { var step, batch: Int }
        let order = (0..<steps).flatMap { step in (0..<batches).map { Job(step: step, batch: $0) } }
        var arrived: [Set<Job>] = Array(repeating: [], count: stages)
        arrived[0] = Set((0..<batches).map { Job(step: 0, batch: $0) })
        var next = Array(repeating: 0, count: stages)
        var stageBusy: [(job: Job, until: Int)?] = Array(repeating: nil, count: stages)
        var links: [[Job]] = Array(repeating: [], count: stages)
        var linkBusy: [(job: Job, until: Int)?] = Array(repeating: nil, count: stages)
        var waiting = Array(repeating: 0, count: stages)
        var finished = 0
        var time = 0
        while true {
            var isChanged = true
            while isChanged {
                isChanged = false
                for stage in 0..<stages {
                    if let (job, until) = stageBusy[stage], until == time {
                        stageBusy[stage] = nil
                        isChanged = true
                        if stages > 1 {
                            links[stage].append(job)
                        } else if job.step + 1 < steps {
                            arrived[0].insert(Job(step: job.step + 1, batch: job.batch))
                        } else {
                            finished += 1
                        }
                    }
                    if let (job, until) = linkBusy[stage], until == time {
                        linkBusy[stage] = nil
                        isChanged = true
                        if stage < stages - 1 {
                            arrived[stage + 1].insert(job)
                        } else if job.step + 1 < steps {
                            arrived[0].insert(Job(step: job.step + 1, batch: job.batch))
                        } else {
                            finished += 1
                        }
                    }
                    if linkBusy[stage] == nil, !links[stage].isEmpty {
                        let job = links[stage].removeFirst()
                        linkBusy[stage] = (job, time + run.transfers[job.batch][stage])
                        isChanged = true
                    }
                    if stageBusy[stage] == nil, next[stage] < order.count, arrived[stage].contains(order[next[stage]]) {
                        let job = order[next[stage]]
                        next[stage] += 1
                        stageBusy[stage] = (job, time + run.durations[job.batch][stage][job.step])
                        isChanged = true
                    }
                }
            }
            if finished == batches { return (time, waiting) }
            // An idle stage waits for a transfer if the link that leads to it carries what it needs next.
            for stage in 0..<stages where stageBusy[stage] == nil {
                guard let carried = linkBusy[(stage + stages - 1) % stages]?.job else { continue }
                let needed = next[stage] < order.count ? order[next[stage]] : nil
                let isNeeded =
                    stage == 0
                    ? needed.map { $0.step == carried.step + 1 && $0.batch == carried.batch }
                        ?? (carried.step == steps - 1)
                    : needed == carried
                if isNeeded { waiting[stage] += 1 }
            }
            time += 1
        }
    }

    @Test(arguments: 0..<300)
    func `The recurrence is what an event simulation finds`(seed: UInt64) {
        var generator = SeededGenerator(seed: 9000 + seed)
        let run = Case(&generator)
        let timeline = PipelineTimeline(durations: run.durations, transfers: run.transfers)
        let simulated = simulate(run)
        #expect(timeline.latency == simulated.latency, "seed \(seed)")
        #expect(
            timeline.working
                == run.durations[0].indices.map { stage in
                    run.durations.reduce(0) { $0 + $1[stage].reduce(0, +) }
                })
        #expect(timeline.exposedTransfers == simulated.waiting, "seed \(seed): \(run)")
    }

    @Test func `One micro-batch goes through stages and transfers one after the other`() {
        let timeline = PipelineTimeline(durations: [[[5, 6], [7, 8], [9, 10]]], transfers: [[1, 2, 3]])
        #expect(timeline.latency == 5 + 1 + 7 + 2 + 9 + 3 + 6 + 1 + 8 + 2 + 10 + 3)
        #expect(timeline.exposedTransfers == [6, 2, 4])
    }

    @Test(arguments: 0..<100)
    func `Parts of a batch are never slower than all of it, where times are in proportion`(seed: UInt64) {
        var generator = SeededGenerator(seed: 9500 + seed)
        let (stages, steps, parts) = (generator.integer(1...6), generator.integer(1...5), generator.integer(2...6))
        let part = (0..<stages).map { _ in (0..<steps).map { _ in generator.integer(0...50) } }
        let link = stages == 1 ? [] : (0..<stages).map { _ in generator.integer(0...20) }
        let whole = PipelineTimeline(
            durations: [part.map { $0.map { $0 * parts } }], transfers: [link.map { $0 * parts }])
        let split = PipelineTimeline(
            durations: Array(repeating: part, count: parts), transfers: Array(repeating: link, count: parts))
        #expect(split.latency <= whole.latency, "seed \(seed)")
        #expect(split.working == whole.working)
    }
}
