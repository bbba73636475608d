import Documents

/// Reads an explicit graph.
struct GraphReader {
    let links: LinkReader

    /// Chips are named by their numbers, switches by names of their own:
    ///
    ///     kind: graph
    ///     chips: 3
    ///     switches: {s0: tomahawk5}
    ///     link: ethernet-400g                    # for links that have none of their own
    ///     links:
    ///     - {from: 0, to: s0}
    ///     - {from: 1, to: s0, link: ethernet-800g}
    ///     - {from: 2, to: s0}
    ///     - {from: 0, to: 2, direction: one}     # both ways unless it says so
    ///
    /// - Throws: ``InputError`` also for links given twice, links to nothing, and chips that do not reach each other.
    func graph(_ node: DocumentNode) throws -> Graph {
        let chips = try node.required("chips").integer(in: 2...16384)
        let switches = try node.value("switches")?.entries().map { entry in
            guard Int(entry.key) == nil else {
                throw entry.value.error("a switch is named by a number", expected: "a name; numbers are chips")
            }
            return Graph.NamedSwitch(name: entry.key, switch: try links.switch(entry.value))
        }
        let common = try node.value("link").map(links.link)
        var graph = Graph(chips: chips, switches: switches ?? [], edges: [])
        var seen: Set<[Int]> = []
        let list = try node.required("links")
        for entry in try list.elements() {
            try entry.rejectKeys(except: ["from", "to", "link", "direction"])
            let (from, to) = (try vertex(entry.required("from"), graph), try vertex(entry.required("to"), graph))
            guard from != to else { throw entry.error("a link from a vertex to itself", expected: "two vertices") }
            let isBidirectional =
                try entry.value("direction").map { try $0.choice([("both", true), ("one", false)]) } ?? true
            for ends in [[from, to]] + (isBidirectional ? [[to, from]] : []) where !seen.insert(ends).inserted {
                throw entry.error(
                    "a second link from \(name(ends[0], graph)) to \(name(ends[1], graph))",
                    expected: "one link, with the bandwidth of both")
            }
            guard let link = try entry.value("link").map(links.link) ?? common else {
                throw entry.error("no link of its own, and none for all", expected: "the key link here or above")
            }
            graph.edges.append(Graph.Edge(from: from, to: to, link: link, isBidirectional: isBidirectional))
        }
        if let (from, to) = graph.unreachable {
            throw list.error("there is no way from chip \(from) to chip \(to)", expected: "a connected graph")
        }
        return graph
    }

    private func vertex(_ node: DocumentNode, _ graph: Graph) throws -> Int {
        let name = try node.string()
        if let chip = Int(name), (0..<graph.chips).contains(chip) { return chip }
        if let index = graph.switches.firstIndex(where: { $0.name == name }) { return graph.chips + index }
        throw node.error(
            "found \"\(name)\"", expected: "a chip from 0 to \(graph.chips - 1), or the name of a switch")
    }

    private func name(_ vertex: Int, _ graph: Graph) -> String {
        vertex < graph.chips ? "chip \(vertex)" : graph.switches[vertex - graph.chips].name
    }
}
