import Fabric
import Foundation
import Simulation
import Testing
import Units
import Workload
import _SimulationTestSupport

@testable import Reporting

@Suite struct TraceTests {
    /// An event as it stands in the file; exact times in whole picoseconds.
    private struct Event: Hashable {
        var name, kind: String
        var chip, track, start, duration: Int
        /// As a viewer has them, in nanoseconds.
        var shownStart, shownDuration: Int
        var end: Int { start + duration }
    }

    private struct Trace {
        var events: [Event] = []
        var counters: [[String: Any]] = []
        var marks: [String] = []
        var names: [String] = []
        var cut: [String] = []
    }

    private func trace(_ result: RunResult) throws -> Trace {
        let data = TraceDocument(result, result.timelines[0]).data
        let root = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let other = try #require(root["otherData"] as? [String: Any])
        var trace = Trace()
        trace.cut = try #require(other["cut"] as? [String])
        let events = try #require(root["traceEvents"] as? [[String: Any]])
        for event in events {
            let arguments = event["args"] as? [String: Any]
            func nanoseconds(_ key: String) -> Int { Int(((event[key] as? Double ?? -1) * 1e3).rounded()) }
            func picoseconds(_ exact: String, _ key: String) -> Int {
                arguments?[exact] as? Int ?? nanoseconds(key) * 1000
            }
            switch event["ph"] as? String {
            case "X":
                trace.events.append(
                    Event(
                        name: event["name"] as? String ?? "", kind: event["cat"] as? String ?? "",
                        chip: event["pid"] as? Int ?? -1, track: event["tid"] as? Int ?? -1,
                        start: picoseconds("startPicoseconds", "ts"),
                        duration: picoseconds("durationPicoseconds", "dur"),
                        shownStart: nanoseconds("ts"), shownDuration: nanoseconds("dur")))
            case "C": trace.counters.append(event)
            case "i": trace.marks.append(event["name"] as? String ?? "")
            case "M":
                if let name = arguments?["name"] as? String { trace.names.append(name) }
            default: Issue.record("an event of another kind: \(event)")
            }
        }
        return trace
    }

    private func run(
        _ request: RunRequest, _ detail: SystemSimulation.Detail, limit: Int = 1_000_000
    ) throws -> RunResult {
        let scope = TimelineScope(detail: detail, limit: limit, withLinks: true)
        return try request.run(timelines: [scope])
    }

    /// What the trace says of each phase on each chip, held against the run's own figures.
    private func check(_ result: RunResult, _ trace: Trace, tolerance: Int = 0) throws {
        var begin = 0
        let chips = Set(trace.events.map(\.chip))
        for phase in PhaseStep.Phase.allCases where result[phase].steps > 0 {
            let latency = result[phase].latency.count
            for chip in chips {
                let own = trace.events.filter {
                    $0.chip == chip && (begin..<begin + latency).contains($0.start)
                }
                #expect(own.allSatisfy { $0.end <= begin + latency })
                // One after the other, without a gap, from the start of the phase to its end.
                var position = begin
                for event in own.filter({ $0.track == 1 }).sorted(by: { $0.start < $1.start }) {
                    #expect(event.start == position && event.duration > 0)
                    position = event.end
                }
                #expect(position == begin + latency, "the last event ends with \(phase)")
                func sum(_ track: Int, _ kinds: String...) -> Int {
                    own.filter { $0.track == track && kinds.contains($0.kind) }.reduce(0) { $0 + $1.duration }
                }
                func expect(_ found: Int, _ time: Picoseconds, _ what: Comment) {
                    #expect(abs(found - time.count) <= tolerance, what)
                }
                let cost = result[phase].chips[result.classOfChip[chip]]
                expect(sum(1, "work"), cost.compute + cost.memory + cost.vector, "own work")
                expect(sum(1, "communication"), cost.communication, "exposed communication")
                expect(sum(1, "waiting", "bubble"), cost.idle, "waiting")
                expect(sum(2, "work"), cost.compute, "PE array")
                expect(sum(3, "work"), cost.dramBusy, "DRAM")
                expect(sum(4, "work"), cost.vector, "vector unit")
                expect(sum(5, "communication") + sum(6, "communication"), cost.communicationTotal, "links")
            }
            begin += latency
        }
        // No unit does two things at once.
        for (_, lane) in Dictionary(grouping: trace.events.filter { $0.track > 0 }, by: { [$0.chip, $0.track] }) {
            let sorted = lane.sorted { $0.start < $1.start }
            for (event, next) in zip(sorted, sorted.dropFirst()) {
                #expect(event.end <= next.start, "\(event.name) and \(next.name) of chip \(event.chip)")
                #expect(event.shownStart + event.shownDuration <= next.shownStart)
                #expect(abs(event.shownStart * 1000 - event.start) <= 500)
            }
        }
    }

    private static let requests:
        [(model: String, chips: Int, parallel: String, batch: Int, chunks: Int, grid: String)] = [
            ("smollm2-135m", 1, "tp1", 1, 1, "1d"), ("smollm2-135m", 5, "tp5", 2, 3, "1d"),
            ("gpt2", 6, "tp2,pp3", 3, 1, "1d"), ("gpt2", 4, "tp2,dp2", 3, 2, "1d"), ("gpt2", 4, "tp4", 1, 1, "2d"),
            ("gpt2", 4, "tp4,sp", 2, 1, "1d"), ("mixtral-8x7b", 8, "tp2,pp2,dp2,ep4", 5, 1, "1d"),
        ]

    @Test(arguments: requests, SystemSimulation.Detail.allCases)
    func `Sums over the events are the figures of the run, in every detail`(
        run: (model: String, chips: Int, parallel: String, batch: Int, chunks: Int, grid: String),
        detail: SystemSimulation.Detail
    ) throws {
        var request = try RunRequest.sample(
            run.model, chips: run.chips, parallel: run.parallel, prompt: 9, generate: 2, batch: run.batch)
        request.overlapChunks = run.chunks
        request.gemmPartition = try GEMMPartition(run.grid)
        let result = try self.run(request, detail)
        let trace = try trace(result)
        #expect(trace.cut.isEmpty && trace.marks.isEmpty)
        try check(result, trace)
        #expect(trace.names.count { $0.hasPrefix("chip ") } == run.chips)
        #expect(trace.events.contains { $0.name.hasSuffix("_proj") } == (detail == .operators))
    }

    @Test func `A clock whose cycles are no whole picoseconds costs no more than their rounding`() throws {
        let request = try RunRequest.sample("gpt2", chips: 2, parallel: "tp2", generate: 1).setting([
            "clock": "700 MHz"
        ])
        let result = try run(request, .operators)
        // At most a picosecond for each operator of each layer and unit.
        try check(result, trace(result), tolerance: 1000)
    }

    @Test func `Random models too`() throws {
        var generator = SeededGenerator(seed: 11)
        for number in 0..<12 {
            let model = TransformerModel.random(using: &generator)
            let chips = generator.pick([1, 2, 3])
            let request = try RunRequest.sample(model, chips: chips, prompt: 7, generate: 2, batch: 2)
            guard let result = try? run(request, .operators) else { continue }
            try check(result, trace(result))
            #expect(result.timelines[0].cuts.isEmpty, "model \(number)")
        }
    }

    @Test func `Layers are numbered in the order in which they run`() throws {
        let result = try run(.sample("gpt2", chips: 2, parallel: "pp2", generate: 0), .layers)
        let work = result.timelines[0].events.filter { $0.track == .work && $0.kind == .work }.sorted {
            $0.start < $1.start
        }
        #expect(work.compactMap(\.layer).filter { $0 < 6 } == (0..<6).flatMap { [$0, $0, $0] })
        #expect(work.map(\.name).prefix(4) == ["embedding", "attention", "feed-forward", "residual"])
        #expect(work.last?.name == "head")
    }

    @Test func `With a limit later steps are shown pass by pass, the trace says so, and the sums stay`() throws {
        let request = try RunRequest.sample("gpt2", chips: 2, parallel: "tp2", generate: 40)
        let full = try run(request, .operators)
        #expect(full.timelines[0].cuts.isEmpty)
        for limit in [5000, 8000, 12_000] {
            let result = try run(request, .operators, limit: limit)
            let trace = try trace(result)
            try check(result, trace)
            #expect(trace.events.count + trace.counters.count <= limit)
            #expect(trace.cut.count == 1 && trace.cut == trace.marks, "\(trace.cut)")
            #expect(trace.cut[0].hasPrefix("decode steps from ") && trace.cut[0].contains("limit of \(limit) events"))
            #expect(trace.events.contains { $0.name == "attn.c_proj" })
        }
    }

    @Test(arguments: [1000, 2000, 4000, 9000, 60_000])
    func `With a limit below the passes of all steps, the first ones are shown and the sums stay`(limit: Int) throws {
        let request = try RunRequest.sample(
            "gpt2", chips: 6, parallel: "tp2,pp3", prompt: 9, generate: 90, batch: 3)
        let result = try run(request, .operators, limit: limit)
        let trace = try trace(result)
        try check(result, trace)
        #expect(trace.events.count + trace.counters.count <= limit && trace.cut == trace.marks)
        #expect(trace.cut.contains { $0.contains("shown as a whole") } == (limit < 60_000), "\(trace.cut)")
        #expect(trace.events.contains { $0.name == "attn.c_proj" } == (limit > 9000), "\(trace.cut)")
    }

    @Test func `A small limit leaves out chips that are like others, then passes`() throws {
        let request = try RunRequest.sample("gpt2", chips: 6, parallel: "tp6", generate: 20)
        let alike = try trace(run(request, .layers, limit: 4000))
        #expect(alike.cut.contains { $0.hasPrefix("2 of 6 chips are shown, the first of each kind") })
        #expect(alike.names.contains("chip 1 (replica 0, stage 0, like 4 others)"))
        let result = try run(.sample("gpt2", chips: 12, parallel: "pp12", generate: 60), .operators, limit: 1000)
        let whole = try trace(result)
        #expect(whole.cut.contains { $0.contains("shown as a whole: their passes would exceed the limit of 1000") })
        #expect(whole.events.count + whole.counters.count <= 1000)
        try check(result, whole)
    }

    @Test(arguments: ["ring", "torus-2x2", "fully-connected-4"])
    func `What links carry adds up to the bytes of the run`(topology: String) throws {
        for (parallel, batch) in [("tp4", 1), ("tp2,pp2", 3), ("tp2,dp2", 3)] {
            let request = try RunRequest.sample(
                "smollm2-135m", chips: 4, topology: topology, parallel: parallel, prompt: 9, generate: 3, batch: batch)
            let result = try run(request, .phases)
            for phase in PhaseStep.Phase.allCases {
                let links = try #require(result.timelines[0].links[phase])
                let bytes = links.reduce(0) { $0 + $1.bytes }
                #expect(abs(bytes - Double(result[phase].total.linkBytes.count)) <= 1e-9 * bytes + 1)
                #expect(links.allSatisfy { $0.busyPicoseconds <= Double(result[phase].latency.count) })
            }
        }
    }

    @Test func `Times are microseconds with whole nanoseconds`() {
        #expect(TraceJSON.microseconds(0) == "0" && TraceJSON.microseconds(1) == "0.001")
        #expect(TraceJSON.microseconds(12_340) == "12.34" && TraceJSON.nanoseconds(Picoseconds(1500)) == 2)
        #expect(TraceJSON.text("a\"\\\n") == "\"a\\\"\\\\\\u000a\"")
    }

    @Test func `Counters follow each other in time and end at nothing`() throws {
        let trace = try trace(run(.sample("gpt2", chips: 2, parallel: "tp2", generate: 1), .operators))
        let own = trace.counters.filter { $0["pid"] as? Int == 1 && $0["name"] as? String == "PEs that work" }
        let times = own.compactMap { $0["ts"] as? Double }
        #expect(times == times.sorted() && times.count > 10)
        let shares = own.compactMap { ($0["args"] as? [String: Double])?["%"] }
        #expect(shares.last == 0 && shares.allSatisfy { (0...100).contains($0) } && (shares.max() ?? 0) > 1)
    }
}
