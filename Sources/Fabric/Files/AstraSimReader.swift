import Documents
import Units

/// Reads the network file of ASTRA-sim's analytical backends: lists with one element for each dimension.
///
///     topology: [ Ring, Switch ]
///     npus_count: [ 8, 4 ]
///     bandwidth: [ 50.0, 25.0 ]    # GB/s, of 2^30 bytes
///     latency: [ 500.0, 2000.0 ]   # ns
///
/// `Ring` is joined both ways, `Switch` takes two hops of that latency. The file says nothing of energy, so links take
/// none. Messages are cut through, as in the backend without congestion; `--switching store-and-forward` is the other.
struct AstraSimReader {
    let file: String

    func fabric(_ root: DocumentNode) throws -> Fabric {
        try root.rejectKeys(except: ["topology", "npus_count", "bandwidth", "latency"])
        let kinds = try root.required("topology").elements().map {
            try $0.choice([
                ("Ring", Axis.Kind.bidirectionalRing), ("Switch", .singleSwitch), ("FullyConnected", .fullyConnected),
            ])
        }
        func list<Value>(_ key: String, _ read: (DocumentNode) throws -> Value) throws -> [Value] {
            let node = try root.required(key)
            let elements = try node.elements()
            guard elements.count == kinds.count else {
                throw node.error(
                    "found \(elements.count) elements", expected: "\(kinds.count), one for each dimension of topology")
            }
            return try elements.map(read)
        }
        let counts = try list("npus_count") { try $0.integer(in: 1...1_048_576) }
        let rates = try list("bandwidth") { try $0.number(in: 1e-3...1e6) }
        let latencies = try list("latency") { try $0.number(in: 0...1e9) }
        let axes = kinds.indices.map { index in
            Axis(
                kinds[index], chips: counts[index],
                link: Link(
                    name: "custom", bytesPerSecond: rates[index] * 1_073_741_824,
                    latency: Picoseconds(Int((latencies[index] * 1000).rounded())), picojoulesPerBit: 0,
                    source: "\(file), a network file of ASTRA-sim, which gives no energy"))
        }
        return Fabric(name: file, topology: .grid(axes))
    }
}
