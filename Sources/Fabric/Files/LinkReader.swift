import Documents
import Units

/// Reads links and switches: the name of a preset, a preset with changes, or all values.
struct LinkReader {
    let file: String

    /// A link: `ucie-standard`, or `{preset: ucie-standard, latency: 9 ns}`, or
    /// `{bandwidth: 64 GB/s, latency: 20 ns, energy: 0.5 pJ/bit}`; optionally
    /// `packets: {header: 16 B, payload: 256 B}`.
    func link(_ node: DocumentNode) throws -> Link {
        if !node.isMapping { return try node.choice(Link.presets.map { ($0.name, $0) }) }
        try node.rejectKeys(except: ["preset", "bandwidth", "latency", "energy", "packets"])
        let base = try node.value("preset")?.choice(Link.presets.map { ($0.name, $0) })
        if let base, try isPresetAlone(node) { return base }
        return try Link(
            name: base.map { "\($0.name), changed" } ?? "custom",
            bytesPerSecond: quantity(node, "bandwidth", .bandwidth, 1e6...1e15, base?.bytesPerSecond),
            latency: Picoseconds(
                Int(quantity(node, "latency", .time, 0...1e12, (base?.latency.count).map(Double.init)))),
            picojoulesPerBit: quantity(node, "energy", .energyPerBit, 0...1e6, base?.picojoulesPerBit),
            packets: node.value("packets").map(packets) ?? base?.packets, source: file)
    }

    /// A switch: `tomahawk5`, or `{preset: tomahawk5, latency: 400 ns}`, or `{latency: 300 ns, energy: 8 pJ/bit}`.
    func `switch`(_ node: DocumentNode) throws -> Switch {
        if !node.isMapping { return try node.choice(Switch.presets.map { ($0.name, $0) }) }
        try node.rejectKeys(except: ["preset", "latency", "energy"])
        let base = try node.value("preset")?.choice(Switch.presets.map { ($0.name, $0) })
        if let base, try isPresetAlone(node) { return base }
        return try Switch(
            name: base.map { "\($0.name), changed" } ?? "custom",
            latency: Picoseconds(
                Int(quantity(node, "latency", .time, 0...1e12, (base?.latency.count).map(Double.init)))),
            picojoulesPerBit: quantity(node, "energy", .energyPerBit, 0...1e6, base?.picojoulesPerBit), source: file)
    }

    private func packets(_ node: DocumentNode) throws -> PacketFormat {
        try node.rejectKeys(except: ["header", "payload"])
        return PacketFormat(
            header: Int(try node.required("header").quantity(.bytes, in: 0...65536)),
            maximumPayload: Int(try node.required("payload").quantity(.bytes, in: 1...1e9)))
    }

    private func isPresetAlone(_ node: DocumentNode) throws -> Bool {
        try node.entries().allSatisfy { $0.key == "preset" }
    }

    private func quantity(
        _ node: DocumentNode, _ key: String, _ dimension: Dimension, _ range: ClosedRange<Double>, _ inherited: Double?
    ) throws -> Double {
        if let value = try node.value(key) { return try value.quantity(dimension, in: range) }
        if let inherited { return inherited }
        return try node.required(key).quantity(dimension, in: range)
    }
}
