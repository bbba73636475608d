import Documents
import Units

extension Fabric {
    /// The file that describes this fabric; reading it back gives the same values.
    public var yaml: String {
        let sources = topology.links.map { "# \($0.name): \($0.source)\n" }.uniqued().joined()
        return sources + "name: \(name.yamlValue)\n" + TopologyWriter.lines(topology).map { $0 + "\n" }.joined()
            + assumptions.yaml
    }
}

/// Writes topologies as `TopologyReader` reads them.
enum TopologyWriter {
    static func lines(_ topology: Topology) -> [String] {
        switch topology {
        case .grid(let axes): grid(axes)
        case .fatTree(let tree):
            [
                "kind: fat-tree", "levels: \(tree.levels)", "radix: \(tree.radix)",
                "oversubscription: \(number(Double(tree.down) / Double(tree.up)))", "chips: \(tree.chips)",
            ] + link("link", tree.link) + self.switch(tree.switch)
        case .dragonfly(let dragonfly):
            [
                "kind: dragonfly", "chips-per-router: \(dragonfly.chipsPerRouter)",
                "routers-per-group: \(dragonfly.routersPerGroup)",
                "global-links-per-router: \(dragonfly.globalLinksPerRouter)", "groups: \(dragonfly.groups)",
            ] + link("link", dragonfly.link)
                + (dragonfly.globalLink == dragonfly.link ? [] : link("global-link", dragonfly.globalLink))
                + self.switch(dragonfly.router)
        case .hierarchical(let hierarchy):
            ["kind: hierarchical", "uplinks: \(hierarchy.uplinks.rawValue)", "inner:"]
                + indented(lines(hierarchy.inner)) + ["outer:"] + indented(lines(hierarchy.outer))
        case .graph(let graph): self.graph(graph)
        }
    }

    private static func grid(_ axes: [Axis]) -> [String] {
        if axes.count == 1 { return axis(axes[0]) }
        for (kind, name) in [(Axis.Kind.line, "mesh"), (.bidirectionalRing, "torus")]
        where axes.allSatisfy({ $0.kind == kind && $0.link == axes[0].link }) {
            let extents = axes.compactMap(\.chips).map(String.init).joined(separator: ", ")
            return ["kind: \(name)", "dimensions: [\(extents)]"] + link("link", axes[0].link)
        }
        return ["kind: grid", "axes:"]
            + axes.flatMap { each in axis(each).enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element } }
    }

    private static func axis(_ axis: Axis) -> [String] {
        ["kind: \(axis.kind.rawValue)"] + (axis.chips.map { ["chips: \($0)"] } ?? []) + link("link", axis.link)
            + (axis.kind == .singleSwitch ? self.switch(axis.switch) : [])
    }

    private static func graph(_ graph: Graph) -> [String] {
        func name(_ vertex: Int) -> String {
            vertex < graph.chips ? "\(vertex)" : graph.switches[vertex - graph.chips].name.yamlValue
        }
        var lines = ["kind: graph", "chips: \(graph.chips)"]
        if !graph.switches.isEmpty {
            lines.append("switches:")
            for each in graph.switches {
                let value = preset(each.switch) ?? "{\(values(each.switch).joined(separator: ", "))}"
                lines.append("  \(each.name.yamlValue): \(value)")
            }
        }
        lines.append("links:")
        for edge in graph.edges {
            let direction = edge.isBidirectional ? "" : ", direction: one"
            let link = values(edge.link).map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            lines.append(
                "- {from: \(name(edge.from)), to: \(name(edge.to))\(direction), link: \(preset(edge.link) ?? "{\(link)}")}"
            )
        }
        return lines
    }

    private static func link(_ key: String, _ link: Link) -> [String] {
        if let name = preset(link) {
            return ["\(key): \(name)    # \(values(link).map(\.value).joined(separator: ", "))"]
        }
        let comments = ["bandwidth": "per direction", "latency": "per hop, die to die", "energy": "payload, both ends"]
        return ["\(key):"]
            + values(link).map { entry in
                "  \(entry.key): \(entry.value)" + (comments[entry.key].map { "    # \($0)" } ?? "")
            }
    }

    private static func values(_ link: Link) -> [(key: String, value: String)] {
        [
            ("bandwidth", Quantity(link.bytesPerSecond, .bandwidth).text),
            ("latency", Quantity(Double(link.latency.count), .time).text),
            ("energy", Quantity(link.picojoulesPerBit, .energyPerBit).text),
        ]
            + (link.packets.map { [("packets", "{header: \($0.header) B, payload: \($0.maximumPayload) B}")] } ?? [])
    }

    private static func `switch`(_ value: Switch) -> [String] {
        preset(value).map { ["switch: \($0)    # \(values(value).joined(separator: ", "))"] }
            ?? ["switch:"] + indented(values(value))
    }

    /// The name by which a link can be read back with its source, or nil for one of its own.
    private static func preset(_ link: Link) -> String? { Link.presets.first { $0 == link }?.name }

    /// The name by which a switch can be read back with its source, or nil for one of its own.
    private static func preset(_ value: Switch) -> String? { Switch.presets.first { $0 == value }?.name }

    private static func values(_ value: Switch) -> [String] {
        [
            "latency: \(Quantity(Double(value.latency.count), .time).text)",
            "energy: \(Quantity(value.picojoulesPerBit, .energyPerBit).text)",
        ]
    }

    private static func indented(_ lines: [String]) -> [String] { lines.map { "  " + $0 } }

    private static func number(_ value: Double) -> String { Quantity(value, .ratio).text }
}
