import ArgumentParser
import Documents
import Fabric
import Foundation
import Reporting
import Units

/// `bitmod-dist collective`: what one exchange between chips takes.
struct CollectiveCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "collective",
        abstract: "Evaluate one collective on a topology: time, bytes, energy, busiest links.",
        discussion: """
            EXAMPLES
              bitmod-dist collective --topology topologies/ring-8.yaml --op all-reduce --bytes 1MiB --algorithm ring
              bitmod-dist collective --topology torus-32x32 --op all-reduce --bytes 100MiB --evaluator event
              bitmod-dist collective --topology fully-connected --chips 8 --op all-to-all --bytes "64 kB" --json -
              bitmod-dist collective --topology topologies/fat-tree-64.yaml --op all-reduce --bytes 1MiB --compare
              bitmod-dist collective --topology torus-4x4 --op all-gather --bytes 1MiB --group-size 4 --drawing hot.svg
              bitmod-dist collective --topology mesh-8x2 --op all-reduce --bytes 1MiB --group-size 8 \\
                --also point-to-point:64KiB:2:8        hand-overs between two stages at the same time
              bitmod-dist collective --topology ring-4 --op all-reduce --bytes 64KiB --arrivals "0 us, 2 us, 0 us, 5 us"
              bitmod-dist collective --topology topologies/astra-sim-ring-switch.yaml --op all-reduce --bytes 1MiB \\
                --switching store-and-forward --endpoint-delay "10 ns" --reduction-bandwidth "1.6 TB/s"
            """)

    @Option(help: "A network by name (see: show topologies) or a YAML file; ASTRA-sim's network files are read too.")
    var topology: String

    @Option(
        name: .customLong("op"),
        help: "all-reduce, reduce-scatter, all-gather, all-to-all, broadcast or point-to-point.")
    var operation: Collective.Operation

    @Option(help: "The whole vector, such as 1MiB: before, and for an all-gather after, the exchange.")
    var bytes: String

    @Option(help: "Bytes of an element, which is never cut.")
    var elementBytes = 1

    @Option(help: "Chips, for topologies that take any number.")
    var chips: Int?

    @Option(help: "Chips of a group; all groups do the same at the same time (default: all chips in one group).")
    var groupSize: Int?

    @Option(help: "Distance between the chips of a group.")
    var groupStride = 1

    @Option(help: "When each chip of a group arrives, as a list of times such as \"0 us, 2 us\" (default: all at 0).")
    var arrivals: String?

    @Option(
        help: ArgumentHelp(
            "Another exchange at the same time: OP:BYTES, and the size and stride of its groups; may be repeated.",
            valueName: "op:bytes:size:stride"))
    var also: [String] = []

    @OptionGroup(title: "Assumptions") var network: NetworkOptions

    @Flag(help: "List all algorithms that apply, the fastest first.")
    var compare = false

    @Option(help: "Write a drawing with the utilisation of each link to a .svg or .dot file.")
    var drawing: String?

    @Option(help: "Write the result as JSON to a file, or - for stdout and nothing else there.")
    var json: String?

    func perform() throws -> Int32 {
        if let json { try OutputFile(path: json).check() }
        let drawingFile = drawing.map { DrawingFile(path: $0, option: "--drawing") }
        try drawingFile?.check()
        let report = try report()
        if let drawingFile { try drawingFile.write(report.drawing, title: report.title) }
        if let json { try OutputFile(path: json).write(JSONText.encode(CollectiveDocument(report))) }
        if json != "-" { try OutputFile(path: "-").write(Data(report.text.utf8)) }
        return 0
    }

    private func report() throws -> CollectiveReport {
        let size = try NetworkOptions.quantity(bytes, .bytes, in: 1...1e15, option: "--bytes")
        guard (1...4096).contains(elementBytes) else {
            throw InputError(
                .usage, key: "--element-bytes", problem: "found \(elementBytes)", expected: "a number from 1 to 4096")
        }
        let collective = Collective(operation, bytes: Bytes(Int(size.rounded(.up))), elementBytes: elementBytes)
        var fabric = try InputFiles.fabric(topology)
        try network.apply(to: &fabric.assumptions)
        guard let count = chips ?? fabric.chips else {
            throw InputError(
                .usage, key: "--chips", problem: "\(fabric.name) takes any number of chips", expected: "a number")
        }
        guard (2...1_048_576).contains(count) else {
            throw InputError(
                .usage, key: "--chips", problem: "found \(count)", expected: "a number from 2 to 1048576")
        }
        let interconnect = try Interconnect(fabric, shape: [count])
        var exchange = GroupExchange(
            collective, among: try groups(of: count, operation, size: groupSize, stride: groupStride))
        let group = exchange.groups[0]
        exchange.arrivals = try times(of: group).map { times in exchange.groups.map { _ in times } }
        let applying = interconnect.algorithms(for: collective, among: group)
        if let algorithm = fabric.assumptions.algorithm, !applying.contains(algorithm) {
            throw InputError(
                .usage, key: "--algorithm",
                problem: "\(algorithm.rawValue) does not apply to \(operation.rawValue) among these chips",
                expected: "one of \(applying.map(\.rawValue).joined(separator: ", "))")
        }
        let exchanges = [exchange] + (try also.map { try other($0, of: count) })
        for exchange in exchanges {
            try fabric.checkCountable(Double(exchange.collective.bytes.count), among: count)
            try interconnect.checkAffordable(exchange.collective, among: exchange.groups)
        }
        var alternatives: [ExchangeResult] = []
        if compare {
            guard also.isEmpty else {
                throw InputError(.usage, key: "--compare", problem: "compares one exchange, not several")
            }
            for algorithm in applying {
                fabric.assumptions.algorithm = algorithm
                let trial = try Interconnect(fabric, shape: [count])
                alternatives.append(
                    trial.evaluate(collective, among: exchange.groups, arrivals: exchange.arrivals))
            }
            alternatives.sort { ($0.time, $0.algorithm.rawValue) < ($1.time, $1.algorithm.rawValue) }
        }
        let result = interconnect.evaluate(exchanges)
        return CollectiveReport(
            fabric: fabric.name, exchanges: exchanges, interconnect: interconnect, result: result,
            alternatives: alternatives)
    }

    /// The times of `--arrivals`.
    private func times(of group: [Int]) throws -> [Picoseconds]? {
        guard let arrivals else { return nil }
        let times = try arrivals.split(separator: ",").map {
            Picoseconds(Int(try NetworkOptions.quantity(String($0), .time, in: 0...1e15, option: "--arrivals")))
        }
        guard times.count == group.count else {
            throw InputError(
                .usage, key: "--arrivals", problem: "found \(times.count) times",
                expected: "\(group.count), one for each chip of a group")
        }
        return times
    }

    /// An exchange of `--also`.
    private func other(_ text: String, of count: Int) throws -> GroupExchange {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let numbers = parts.dropFirst(2).map { Int($0) }
        guard (2...4).contains(parts.count), let operation = Collective.Operation(rawValue: parts[0]),
            numbers.allSatisfy({ $0 != nil })
        else {
            throw InputError(
                .usage, key: "--also", problem: "found \"\(text)\"",
                expected: "OP:BYTES:SIZE:STRIDE such as point-to-point:64KiB:2:8")
        }
        let size = try NetworkOptions.quantity(parts[1], .bytes, in: 1...1e15, option: "--also")
        return GroupExchange(
            Collective(operation, bytes: Bytes(Int(size.rounded(.up))), elementBytes: elementBytes),
            among: try groups(
                of: count, operation, size: numbers.first ?? nil, stride: (numbers.count > 1 ? numbers[1] : nil) ?? 1,
                option: "--also"))
    }

    /// Groups of chips a stride apart; together all chips.
    private func groups(
        of count: Int, _ operation: Collective.Operation, size wanted: Int?, stride: Int,
        option: String = "--group-size"
    ) throws -> [[Int]] {
        let size = wanted ?? (operation == .pointToPoint ? 2 : count)
        guard operation != .pointToPoint || size == 2 else {
            throw InputError(
                .usage, key: option, problem: "found groups of \(size)", expected: "2 for point-to-point")
        }
        guard (2...count).contains(size), (1...count).contains(stride), count.isMultiple(of: size * stride) else {
            throw InputError(
                .usage, key: option,
                problem: "\(count) chips cannot be divided into groups of \(size), \(stride) apart",
                expected: "size times stride to divide the number of chips")
        }
        if operation == .pointToPoint, wanted == nil { return [[0, stride]] }
        return (0..<count / size).map { number in
            let first = number / stride * stride * size + number % stride
            return (0..<size).map { first + $0 * stride }
        }
    }
}

extension Collective.Operation: ExpressibleByArgument {}
