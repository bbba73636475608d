/// How the participants of a group lie in a topology: as a box of some of its dimensions, if they do.
struct GroupLayout: Hashable, Sendable {
    /// p.
    let participants: Int
    /// Extents of the box above 1, first one fastest, or one extent of p.
    let extents: [Int]
    /// How chips along each extent are joined.
    let kinds: [Axis.Kind]
    /// How many of the extents lie within a node.
    let innerExtents: Int

    /// Participants within a node.
    var nodeSize: Int { extents[..<innerExtents].reduce(1, *) }

    /// Participants in a row, whatever the topology.
    init(row participants: Int, kind: Axis.Kind) {
        self.init(participants: participants, extents: [participants], kinds: [kind], innerExtents: 1)
    }

    /// Looks where the chips of a group lie.
    init(of group: [Int], in topology: Topology) {
        let all = topology.extents
        let coordinates = group.map { chip in
            var rest = chip
            return all.map { extent in
                defer { rest /= extent }
                return rest % extent
            }
        }
        var extents: [Int] = []
        var kinds: [Axis.Kind] = []
        var inner = 0
        // What stands in a box: each participant is the combination that its number says.
        var values: [[Int]] = []
        for dimension in all.indices {
            let seen = coordinates.map { $0[dimension] }.uniqued()
            values.append(seen)
            guard seen.count > 1 else { continue }
            extents.append(seen.count)
            kinds.append(topology.axisKinds[dimension])
            if dimension < topology.innerExtents { inner += 1 }
        }
        let isBox =
            extents.reduce(1, *) == group.count
            && coordinates.enumerated().allSatisfy { number, coordinate in
                var rest = number
                return values.enumerated().allSatisfy { dimension, seen in
                    defer { rest /= seen.count }
                    return coordinate[dimension] == seen[rest % seen.count]
                }
            }
        self =
            isBox && !extents.isEmpty
            ? GroupLayout(participants: group.count, extents: extents, kinds: kinds, innerExtents: inner)
            : GroupLayout(row: group.count, kind: topology.axisKinds.first ?? .line)
    }

    private init(participants: Int, extents: [Int], kinds: [Axis.Kind], innerExtents: Int) {
        self.participants = participants
        self.extents = extents
        self.kinds = kinds
        self.innerExtents = innerExtents
    }

    /// The walk that suits the links along an extent.
    func walk(_ index: Int) -> GridSchedule.Walk {
        switch kinds[index] {
        case .ring, .bidirectionalRing, .line: .ring
        case .fullyConnected, .singleSwitch: .direct
        }
    }
}
