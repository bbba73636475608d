import Documents
import Units

extension Fabric {
    /// Reads a topology file of bitmod-dist or of ASTRA-sim.
    ///
    ///     name: board
    ///     kind: torus
    ///     dimensions: [4, 4]
    ///     link: {bandwidth: 64 GB/s, latency: 20 ns, energy: 0.5 pJ/bit}
    ///     switching: store-and-forward
    ///
    /// - Throws: ``InputError`` naming file, line and key.
    public init(yaml text: String, file: String) throws {
        let root = try Document(text, file: file, syntax: .yaml).root
        if try root.value("npus_count") != nil {
            self = try AstraSimReader(file: file).fabric(root)
            return
        }
        try self.init(
            name: root.value("name")?.string() ?? file,
            topology: TopologyReader(file: file).topology(root, extraKeys: ["name"] + NetworkAssumptions.keys),
            assumptions: NetworkAssumptions(root))
    }
}

extension NetworkAssumptions {
    /// The keys of a topology file that are about messages.
    static let keys = [
        "switching", "endpoint-delay", "reduction-bandwidth", "chunks", "chunks-in-flight", "algorithm", "evaluator",
    ]

    /// Reads the assumptions of a topology file; what is not there is as the textbooks have it.
    init(_ root: DocumentNode) throws {
        try self.init(
            switching: root.value("switching")?.choice(Switching.allCases.map { ($0.rawValue, $0) }) ?? .cutThrough,
            endpointDelay: Picoseconds(Int(root.value("endpoint-delay")?.quantity(.time, in: 0...1e12) ?? 0)),
            reductionBytesPerSecond: root.value("reduction-bandwidth")?.quantity(.bandwidth, in: 1e6...1e16),
            chunks: root.value("chunks")?.integer(in: 1...4096) ?? 1,
            chunksInFlight: root.value("chunks-in-flight")?.integer(in: 1...4096) ?? 1,
            algorithm: root.value("algorithm")?.choice(
                [("auto", nil)] + Algorithm.allCases.map { ($0.rawValue, Optional($0)) }),
            evaluator: root.value("evaluator")?.choice(
                [("auto", nil)] + Evaluator.allCases.map { ($0.rawValue, Optional($0)) }))
    }

    /// The lines of a topology file that say what differs from the defaults.
    var yaml: String {
        var lines = ""
        if switching != .cutThrough { lines += "switching: \(switching.rawValue)\n" }
        if endpointDelay > .zero {
            lines += "endpoint-delay: \(Quantity(Double(endpointDelay.count), .time).text)\n"
        }
        if let rate = reductionBytesPerSecond {
            lines += "reduction-bandwidth: \(Quantity(rate, .bandwidth).text)\n"
        }
        if chunks > 1 { lines += "chunks: \(chunks)\n" }
        if chunksInFlight > 1 { lines += "chunks-in-flight: \(chunksInFlight)\n" }
        if let algorithm { lines += "algorithm: \(algorithm.rawValue)\n" }
        if let evaluator { lines += "evaluator: \(evaluator.rawValue)\n" }
        return lines
    }
}
