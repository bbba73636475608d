import Fabric
import Units

/// An exchange among the chips of a group.
enum SingleExchange: Hashable, Sendable {
    /// Every chip ends up with the sum of all chips' buffers of that size.
    case allReduce(Bytes, elementBytes: Int)
    /// Every chip ends up with all chips' parts, of that size together.
    case allGather(Bytes)
    /// Each chip of a group sends its part to its partner in the next.
    case sendToNext(Bytes)
}

/// What an exchange takes.
struct CollectiveCost: Hashable, Sendable {
    /// From the arrival of the last participant to the end for all.
    var time: Picoseconds
    /// Bytes that one chip puts on its links.
    var sentBytesPerChip: Bytes
    /// Energy that one chip's messages take on the links.
    var energyPerChip: Picojoules
    /// Additions that one chip makes.
    var additionsPerChip: Int
}

extension Fabric {
    /// The cost of an exchange among `participants` chips.
    ///
    /// With α the link's latency, β its rate, n the bytes, p the participants:
    ///
    /// - ring all-reduce: `2 (p-1) (α + n/(pβ))`, reduce-scatter then all-gather (Thakur et al. 2005, section 4.4);
    /// - ring all-gather: `(p-1) (α + n/(pβ))`;
    /// - fully connected, all partners at once over links of their own: all-reduce `2 (α + n/(pβ))`, all-gather
    ///   `α + n/(pβ)`;
    /// - one hop: `α + n/β`.
    ///
    /// `n/p` is rounded up to whole elements. It starts when the last participant has arrived.
    func cost(of collective: SingleExchange, among participants: Int) -> CollectiveCost {
        switch collective {
        case .sendToNext(let bytes):
            return CollectiveCost(
                time: link.time(for: bytes), sentBytesPerChip: bytes, energyPerChip: link.energy(of: bytes),
                additionsPerChip: 0)
        case .allReduce(let bytes, let elementBytes):
            guard participants > 1 else { return .none }
            let elements = (bytes.count / elementBytes + participants - 1) / participants
            var cost = gather(Bytes(elements * elementBytes), among: participants)
            cost.time = cost.time * 2
            cost.sentBytesPerChip = cost.sentBytesPerChip * 2
            cost.energyPerChip = cost.energyPerChip * 2
            cost.additionsPerChip = (participants - 1) * elements
            return cost
        case .allGather(let bytes):
            guard participants > 1 else { return .none }
            return gather(Bytes((bytes.count + participants - 1) / participants), among: participants)
        }
    }

    /// Every chip's part to every other: the half of an all-reduce that only copies.
    private func gather(_ part: Bytes, among participants: Int) -> CollectiveCost {
        let steps = participants - 1
        let time = link.time(for: part)
        return CollectiveCost(
            time: isRing ? time * steps : time, sentBytesPerChip: part * steps,
            energyPerChip: link.energy(of: part) * Double(steps), additionsPerChip: 0)
    }
}

extension CollectiveCost {
    /// Nothing to exchange: a group of one.
    static let none = CollectiveCost(
        time: .zero, sentBytesPerChip: .zero, energyPerChip: .zero, additionsPerChip: 0)
}

extension CollectiveCost {
    /// One exchange after the other.
    static func += (left: inout CollectiveCost, right: CollectiveCost) {
        left.time += right.time
        left.sentBytesPerChip += right.sentBytesPerChip
        left.energyPerChip += right.energyPerChip
        left.additionsPerChip += right.additionsPerChip
    }

    /// The same exchange several times in a row.
    static func * (left: CollectiveCost, right: Int) -> CollectiveCost {
        CollectiveCost(
            time: left.time * right, sentBytesPerChip: left.sentBytesPerChip * right,
            energyPerChip: left.energyPerChip * Double(right), additionsPerChip: left.additionsPerChip * right)
    }
}

extension Fabric {
    var isRing: Bool { topology.kind == "ring" }
}
extension Link { func time(for bytes: Bytes) -> Picoseconds { latency + occupancy(of: bytes) } }
