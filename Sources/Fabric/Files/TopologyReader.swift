import Documents
import Units

/// Reads topology files; the grammar of each kind stands in `docs/fabric.md`.
struct TopologyReader {
    let file: String

    /// The kinds of topology, by the value of the key `kind`.
    enum Kind: String, CaseIterable {
        case ring
        case bidirectionalRing = "bidirectional-ring"
        case line
        case fullyConnected = "fully-connected"
        case singleSwitch = "switch"
        case mesh
        case torus
        case grid
        case fatTree = "fat-tree"
        case dragonfly
        case hierarchical
        case graph
    }

    private static let mostChips = 1_048_576

    /// Reads a topology, or the part of a file that is one.
    ///
    /// - Parameter extraKeys: keys that the caller reads.
    func topology(_ node: DocumentNode, extraKeys: [String] = []) throws -> Topology {
        let kind = try node.required("kind").choice(Kind.allCases.map { ($0.rawValue, $0) })
        func allow(_ keys: String...) throws { try node.rejectKeys(except: extraKeys + ["kind"] + keys) }
        switch kind {
        case .ring, .bidirectionalRing, .line, .fullyConnected, .singleSwitch:
            if kind == .singleSwitch { try allow("chips", "link", "switch") } else { try allow("chips", "link") }
            guard let axis = Axis.Kind(rawValue: kind.rawValue) else { preconditionFailure("an axis of that name") }
            return .grid([try self.axis(axis, node)])
        case .mesh, .torus:
            try allow("dimensions", "link", "links")
            return .grid(try dimensions(kind == .mesh ? .line : .bidirectionalRing, node))
        case .grid:
            try allow("axes")
            return .grid(
                try list(node.required("axes"), of: 1...8) { axis in
                    try axis.rejectKeys(except: ["kind", "chips", "link", "switch"])
                    let kind = try axis.required("kind").choice(Axis.Kind.allCases.map { ($0.rawValue, $0) })
                    _ = try axis.required("chips")
                    return try self.axis(kind, axis)
                })
        case .fatTree:
            try allow("levels", "radix", "oversubscription", "chips", "link", "switch")
            return .fatTree(try fatTree(node))
        case .dragonfly:
            try allow(
                "chips-per-router", "routers-per-group", "global-links-per-router", "groups", "link", "global-link",
                "switch")
            return .dragonfly(try dragonfly(node))
        case .hierarchical:
            try allow("inner", "outer", "uplinks")
            return .hierarchical(try hierarchy(node))
        case .graph:
            try allow("chips", "switches", "link", "links")
            return .graph(try GraphReader(links: LinkReader(file: file)).graph(node))
        }
    }

    // MARK: Kinds

    private func axis(_ kind: Axis.Kind, _ node: DocumentNode) throws -> Axis {
        try Axis(
            kind, chips: node.value("chips")?.integer(in: 1...Self.mostChips),
            link: LinkReader(file: file).link(node.required("link")),
            switch: node.value("switch").map(LinkReader(file: file).switch) ?? .ideal)
    }

    private func dimensions(_ kind: Axis.Kind, _ node: DocumentNode) throws -> [Axis] {
        let extents = try list(node.required("dimensions"), of: 1...8) { try $0.integer(in: 1...Self.mostChips) }
        let reader = LinkReader(file: file)
        if let links = try node.value("links") {
            if let single = try node.value("link") {
                throw single.error("given beside links", expected: "link for all dimensions, or links for each")
            }
            let each = try list(links, of: extents.count...extents.count, reader.link)
            return zip(extents, each).map { Axis(kind, chips: $0, link: $1) }
        }
        let link = try reader.link(node.required("link"))
        return extents.map { Axis(kind, chips: $0, link: link) }
    }

    private func fatTree(_ node: DocumentNode) throws -> FatTree {
        let levels = try node.value("levels")?.integer(in: 2...3) ?? 3
        let radixNode = try node.required("radix")
        let radix = try radixNode.integer(in: 2...1024)
        if levels == 3, !radix.isMultiple(of: 2) {
            throw radixNode.error("found \(radix)", expected: "an even number of ports for three levels")
        }
        let ratio = try node.value("oversubscription")?.number(in: 1...64) ?? 1
        let down = Double(radix) * ratio / (1 + ratio)
        guard down == down.rounded(), down < Double(radix) else {
            throw (try node.value("oversubscription") ?? radixNode).error(
                "\(radix) ports cannot be divided \(ratio) to 1", expected: "a whole number of ports up and down")
        }
        let reader = LinkReader(file: file)
        var tree = FatTree(
            levels: levels, radix: radix, down: Int(down), chips: 0, link: try reader.link(node.required("link")),
            switch: try node.value("switch").map(reader.switch) ?? .ideal)
        tree.chips = try node.value("chips")?.integer(in: 1...tree.capacity) ?? tree.capacity
        return tree
    }

    private func dragonfly(_ node: DocumentNode) throws -> Dragonfly {
        let routers = try node.required("routers-per-group").integer(in: 1...1024)
        let global = try node.required("global-links-per-router").integer(in: 0...1024)
        let reader = LinkReader(file: file)
        let link = try reader.link(node.required("link"))
        return Dragonfly(
            chipsPerRouter: try node.required("chips-per-router").integer(in: 1...1024), routersPerGroup: routers,
            globalLinksPerRouter: global,
            groups: try node.value("groups")?.integer(in: 1...routers * global + 1) ?? routers * global + 1,
            link: link, globalLink: try node.value("global-link").map(reader.link) ?? link,
            router: try node.value("switch").map(reader.switch) ?? .ideal)
    }

    private func hierarchy(_ node: DocumentNode) throws -> Hierarchy {
        func part(_ key: String) throws -> Topology {
            let value = try node.required(key)
            let part = try topology(value)
            guard part.chips != nil else {
                throw InputError(
                    .data, file: file, line: value.line, key: "\(key).chips", problem: "the key is missing",
                    expected: key == "inner" ? "the chips of a node" : "the number of nodes")
            }
            return part
        }
        return Hierarchy(
            inner: try part("inner"), outer: try part("outer"),
            uplinks: try node.value("uplinks")?.choice(Hierarchy.Uplinks.allCases.map { ($0.rawValue, $0) })
                ?? .everyChip)
    }

    private func list<Value>(
        _ node: DocumentNode, of count: ClosedRange<Int>, _ read: (DocumentNode) throws -> Value
    ) throws -> [Value] {
        let elements = try node.elements()
        guard count.contains(elements.count) else {
            let number = count.lowerBound == count.upperBound ? "\(count.lowerBound)" : "1 to \(count.upperBound)"
            throw node.error("found \(elements.count) elements", expected: "a list of \(number)")
        }
        return try elements.map(read)
    }
}
