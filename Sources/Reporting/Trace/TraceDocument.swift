import Foundation
import Simulation
import Units
import Workload

/// A run in the trace-event format of Chrome, which Perfetto opens: a process for each chip, in it a track for each unit.
///
/// `ts` and `dur` are microseconds with whole nanoseconds: Perfetto rounds both to those, each for itself, and does not
/// take events that overlap because of it. So starts and ends are rounded, and durations are their differences; where that
/// changes a time, `args` has the exact ones. What the limit has cut stands in `otherData.cut`, and
/// as an instant event where it begins. Holds nothing that depends on the number of ranks, the machine or the time of day.
public struct TraceDocument {
    private let result: RunResult
    private let timeline: Timeline

    /// Creates the trace of a result and one of its timelines.
    public init(_ result: RunResult, _ timeline: Timeline) {
        self.result = result
        self.timeline = timeline
    }

    /// The whole text.
    public var data: Data {
        var data = Data("{\"displayTimeUnit\":\"ns\",\"otherData\":{\(metadata)},\"traceEvents\":[\n".utf8)
        data.reserveCapacity(timeline.size * 150)
        var isFirst = true
        func add(_ event: String) {
            if !isFirst { data.append(contentsOf: ",\n".utf8) }
            data.append(contentsOf: event.utf8)
            isFirst = false
        }
        for chip in timeline.chips { tracks(of: chip).forEach(add) }
        for cut in timeline.cuts { add(mark(cut)) }
        for event in timeline.events { add(slice(event)) }
        for sample in timeline.samples { counters(sample).forEach(add) }
        data.append(contentsOf: "\n]}\n".utf8)
        return data
    }

    // MARK: Metadata

    private var metadata: String {
        let request = result.request
        var entries: [(String, String)] = [
            ("accelerator", TraceJSON.text(request.accelerator.name)), ("batch", "\(request.batch)"),
            ("chips", "\(request.chips)"),
            ("cut", "[" + timeline.cuts.map { TraceJSON.text(words(for: $0)) }.joined(separator: ",") + "]"),
            ("detail", TraceJSON.text(timeline.scope.detail.rawValue)),
            ("generatedTokens", "\(request.generatedTokens)"), ("kvScheme", TraceJSON.text(request.kvScheme.name)),
            ("limit", "\(timeline.scope.limit)"), ("model", TraceJSON.text(request.model.name)),
            ("parallel", TraceJSON.text(result.plan.degrees.text)), ("promptTokens", "\(request.promptTokens)"),
            ("schema", "\"bitmod-dist.trace/1\""), ("scheme", TraceJSON.text(request.scheme.name)),
            ("topology", TraceJSON.text(request.fabric.name)),
        ]
        if let pruning = PruningText.short(request.model) {
            entries.append(("pruning", TraceJSON.text(pruning)))
            entries.sort { $0.0 < $1.0 }
        }
        return entries.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
    }

    /// What a cut leaves out, in a sentence.
    private func words(for cut: Timeline.Cut) -> String {
        let limit = "the limit of \(timeline.scope.limit) events"
        switch cut {
        case .chips(let chips, let all):
            return "\(chips.count) of \(all) chips are shown, the first of each kind: all would exceed \(limit)"
        case .steps(let phase, let step, _):
            let what = phase == .prefill ? "prefill and all decode steps are" : "decode steps from \(step) on are"
            return "\(what) shown pass by pass: their \(timeline.scope.detail.rawValue) would exceed \(limit)"
        case .rest(let phase, let step, _):
            let what = phase == .prefill ? "prefill and all decode steps are" : "decode steps from \(step) on are"
            return "\(what) shown as a whole: their passes would exceed \(limit)"
        }
    }

    private func tracks(of chip: Int) -> [String] {
        let plan = result.plan
        let alike = result.classOfChip.count { $0 == result.classOfChip[chip] }
        let isAlone = timeline.chips.count == result.plan.chips || alike == 1
        let place = "replica \(plan.replica(of: chip)), stage \(plan.stage(of: chip))"
        let name = "chip \(chip) (\(place)\(isAlone ? "" : ", like \(alike - 1) others"))"
        return [
            TraceJSON.metadata("process_name", chip, nil, "\"name\":\(TraceJSON.text(name))"),
            TraceJSON.metadata("process_sort_index", chip, nil, "\"sort_index\":\(chip)"),
        ]
            + TimelineEvent.Track.allCases.filter { $0 != .stageLink || plan.pipelineParallel > 1 }.flatMap { track in
                [
                    TraceJSON.metadata("thread_name", chip, track.rawValue, "\"name\":\(TraceJSON.text(track.title))"),
                    TraceJSON.metadata("thread_sort_index", chip, track.rawValue, "\"sort_index\":\(track.rawValue)"),
                ]
            }
    }

    // MARK: Events

    private func mark(_ cut: Timeline.Cut) -> String {
        var time = Picoseconds.zero
        switch cut {
        case .steps(_, _, let begin), .rest(_, _, let begin): time = begin
        case .chips: break
        }
        return
            "{\"name\":\(TraceJSON.text(words(for: cut))),\"ph\":\"i\",\"s\":\"g\",\"ts\":\(TraceJSON.microseconds(TraceJSON.nanoseconds(time))),"
            + "\"pid\":\(timeline.chips.first ?? 0),\"tid\":0}"
    }

    private func slice(_ event: TimelineEvent) -> String {
        var arguments: [String] = []
        if event.count > 1 { arguments.append("\"count\":\(event.count)") }
        if let layer = event.layer { arguments.append("\"layer\":\(layer)") }
        if let bytes = event.bytes { arguments.append("\"bytes\":\(bytes.count)") }
        if let cost = event.cost {
            arguments += [
                "\"latencyCycles\":\(cost.latencyCycles)", "\"computeCycles\":\(cost.computeCycles)",
                "\"vectorCycles\":\(cost.vectorCycles)", "\"memoryCycles\":\(cost.memoryCycles)",
                "\"macs\":\(cost.macs)", "\"dramReadBytes\":\(cost.dramReadBytes)",
                "\"dramWriteBytes\":\(cost.dramWriteBytes)", "\"energyJoules\":\(cost.energy.total.joules)",
            ]
        }
        let (start, end) = (TraceJSON.nanoseconds(event.start), TraceJSON.nanoseconds(event.end))
        if start * 1000 != event.start.count || end * 1000 != event.end.count {
            arguments.append("\"startPicoseconds\":\(event.start.count)")
            arguments.append("\"durationPicoseconds\":\(event.duration.count)")
        }
        let details = arguments.isEmpty ? "" : ",\"args\":{\(arguments.joined(separator: ","))}"
        return "{\"name\":\(TraceJSON.text(event.name)),\"cat\":\"\(event.kind.rawValue)\",\"ph\":\"X\","
            + "\"ts\":\(TraceJSON.microseconds(start)),\"dur\":\(TraceJSON.microseconds(end - start)),"
            + "\"pid\":\(event.chip),\"tid\":\(event.track.rawValue)\(details)}"
    }

    private func counters(_ sample: TimelineSample) -> [String] {
        func counter(_ name: String, _ unit: String, _ value: Double) -> String {
            "{\"name\":\"\(name)\",\"ph\":\"C\",\"ts\":\(TraceJSON.microseconds(TraceJSON.nanoseconds(sample.start))),\"pid\":\(sample.chip),"
                + "\"args\":{\"\(unit)\":\(value)}}"
        }
        return [
            counter("PEs that work", "%", sample.utilization * 100),
            counter("DRAM rate", "GB/s", sample.dramBytesPerSecond / 1e9),
        ]
    }
}

extension TimelineEvent.Track {
    /// The lane in words.
    var title: String {
        switch self {
        case .phases: "phases"
        case .work: "chip"
        case .peArray: "PE array"
        case .dram: "DRAM"
        case .vectorUnit: "vector unit"
        case .link: "link"
        case .stageLink: "link from the stage before"
        }
    }
}

/// Pieces of JSON as a trace has them: a trace is long, so it is written as it goes.
enum TraceJSON {
    /// A time in whole nanoseconds, rounded.
    static func nanoseconds(_ time: Picoseconds) -> Int { (time.count + 500) / 1000 }

    /// Nanoseconds as microseconds.
    static func microseconds(_ nanoseconds: Int) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return "\(whole)" }
        var digits = String(rest)
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// A text in quotes.
    static func text(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20: quoted += String(format: "\\u%04x", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// An event that names something.
    static func metadata(_ name: String, _ chip: Int, _ track: Int?, _ argument: String) -> String {
        let thread = track.map { ",\"tid\":\($0)" } ?? ""
        return "{\"name\":\"\(name)\",\"ph\":\"M\",\"pid\":\(chip)\(thread),\"args\":{\(argument)}}"
    }
}
