extension Fabric {
    /// The fabrics that have a name of their own: each kind of axis with each link that suits it, such as
    /// `ring-ucie-standard`, for any number of chips.
    ///
    /// Links that lead to a switch (NVLink 4 and 5, Ethernet, InfiniBand) share one port among all partners: full
    /// connection at that rate to each would be too fast, so it is not offered; and links that join chips one to one meet
    /// no switch.
    public static let presets: [Fabric] = Axis.Kind.allCases.flatMap { kind in
        Link.presets.compactMap { link -> Fabric? in
            switch kind {
            case .fullyConnected where !link.joinsChipsDirectly: nil
            case .singleSwitch:
                link.switchPreset.map { hub in
                    Fabric(
                        name: "switch-\(link.name)",
                        topology: .grid([Axis(.singleSwitch, chips: nil, link: link, switch: hub)]))
                }
            default:
                Fabric(
                    name: "\(kind.rawValue)-\(link.name)", topology: .grid([Axis(kind, chips: nil, link: link)]))
            }
        }
    }

    /// The fabric of that name.
    ///
    /// `KIND`, `KIND-LINK`, `KIND-CHIPS` or `KIND-CHIPS-LINK`, and `mesh` and `torus` with extents: `torus-4x8`,
    /// `mesh-2x2x2-nvlink-c2c`. Without a link it is `ucie-standard`, for a switch `nvlink4`.
    public static func preset(_ name: String) -> Fabric? {
        if let preset = presets.first(where: { $0.name == name }) { return preset }
        let kinds = Axis.Kind.allCases.map(\.rawValue) + ["mesh", "torus"]
        guard let kind = kinds.first(where: { name == $0 || name.hasPrefix("\($0)-") }) else { return nil }
        var rest = name.dropFirst(kind.count).drop { $0 == "-" }
        var extents: [Int] = []
        if let part = rest.split(separator: "-", maxSplits: 1).first {
            let numbers = part.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            if numbers.allSatisfy({ (1...1_048_576).contains($0) }), numbers.reduce(1, *) <= 1_048_576 {
                extents = numbers
                rest = rest.dropFirst(part.count).drop { $0 == "-" }
            }
        }
        let linkName = rest.isEmpty ? (kind == "switch" ? "nvlink4" : "ucie-standard") : String(rest)
        guard let link = Link.preset(linkName) else { return nil }
        if let axis = Axis.Kind(rawValue: kind) {
            guard extents.count <= 1, axis != .fullyConnected || link.joinsChipsDirectly else { return nil }
            guard axis != .singleSwitch || link.switchPreset != nil else { return nil }
            return Fabric(
                name: name,
                topology: .grid([
                    Axis(axis, chips: extents.first, link: link, switch: link.switchPreset ?? .ideal)
                ]))
        }
        guard !extents.isEmpty else { return nil }
        let axis = kind == "mesh" ? Axis.Kind.line : .bidirectionalRing
        return Fabric(name: name, topology: .grid(extents.map { Axis(axis, chips: $0, link: link) }))
    }
}

extension Link {
    /// Whether one such link joins exactly two chips, rather than a chip and a switch.
    var joinsChipsDirectly: Bool {
        ["ucie", "nvlink-c2c", "pcie", "serdes", "groq"].contains { name.hasPrefix($0) }
    }

    /// The switch that such links lead to.
    var switchPreset: Switch? {
        let switches = [
            "nvlink4": "nvswitch3", "nvlink5": "nvlink-switch4", "ethernet-400g": "tomahawk5",
            "ethernet-800g": "tomahawk5", "infiniband-ndr": "quantum2", "pcie5-x16": "pcie5-switch",
        ]
        return switches[name].flatMap(Switch.preset)
    }
}
