import ArgumentParser
import Documents
import Fabric
import Units

/// What is assumed of messages, in place of what the topology file says.
struct NetworkOptions: ParsableArguments {
    @Option(help: "How a message passes a switch or chip on its way: cut-through or store-and-forward.")
    var switching: NetworkAssumptions.Switching?

    @Option(help: "Time before a chip acts on its arrival, and on the messages of each round, such as \"10 ns\".")
    var endpointDelay: String?

    @Option(help: "Rate at which a chip adds what it receives, two reads and a write per byte, such as \"1.6 TB/s\".")
    var reductionBandwidth: String?

    @Option(help: "Parts of the vector that go through the algorithm one after the other.")
    var chunks: Int?

    @Option(help: "Chunks that are on their way at the same time.")
    var chunksInFlight: Int?

    @Option(
        help: ArgumentHelp(
            "auto, or one of: \(Algorithm.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
    var algorithm: String?

    @Option(help: "auto, closed-form (no link is shared) or event (first come, first served).")
    var evaluator: String?

    /// Whether any of the options is on the command line.
    var isGiven: Bool {
        switching != nil || endpointDelay != nil || reductionBandwidth != nil || chunks != nil
            || chunksInFlight != nil || algorithm != nil || evaluator != nil
    }

    /// Replaces what is on the command line.
    func apply(to assumptions: inout NetworkAssumptions) throws {
        if let switching { assumptions.switching = switching }
        if let endpointDelay {
            assumptions.endpointDelay = Picoseconds(
                Int(try Self.quantity(endpointDelay, .time, in: 0...1e12, option: "--endpoint-delay")))
        }
        if let reductionBandwidth {
            assumptions.reductionBytesPerSecond = try Self.quantity(
                reductionBandwidth, .bandwidth, in: 1e6...1e16, option: "--reduction-bandwidth")
        }
        if let chunks { assumptions.chunks = try Self.count(chunks, option: "--chunks") }
        if let chunksInFlight {
            assumptions.chunksInFlight = try Self.count(chunksInFlight, option: "--chunks-in-flight")
        }
        if let algorithm {
            assumptions.algorithm = try Self.choice(algorithm, Algorithm.allCases, option: "--algorithm")
        }
        if let evaluator {
            assumptions.evaluator = try Self.choice(
                evaluator, NetworkAssumptions.Evaluator.allCases, option: "--evaluator")
        }
    }

    /// A value with unit.
    static func quantity(
        _ text: String, _ dimension: Dimension, in range: ClosedRange<Double>, option: String
    ) throws -> Double {
        guard let quantity = Quantity(text, as: dimension) else {
            throw InputError(.usage, key: option, problem: "found \"\(text)\"", expected: dimension.expectation)
        }
        guard range.contains(quantity.value) else {
            let (low, high) = (Quantity(range.lowerBound, dimension).text, Quantity(range.upperBound, dimension).text)
            throw InputError(
                .usage, key: option, problem: "found \"\(text)\"", expected: "a value from \(low) to \(high)")
        }
        return quantity.value
    }

    private static func count(_ value: Int, option: String) throws -> Int {
        guard (1...4096).contains(value) else {
            throw InputError(.usage, key: option, problem: "found \(value)", expected: "a number from 1 to 4096")
        }
        return value
    }

    /// One of a list of names, or nil for `auto`.
    private static func choice<Value: RawRepresentable<String>>(
        _ text: String, _ values: [Value], option: String
    ) throws -> Value? {
        if text == "auto" { return nil }
        if let value = values.first(where: { $0.rawValue == text }) { return value }
        throw InputError(
            .usage, key: option, problem: "found \"\(text)\"",
            expected: "auto, \(values.map(\.rawValue).joined(separator: ", "))")
    }
}

extension NetworkAssumptions.Switching: ExpressibleByArgument {}
