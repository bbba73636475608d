import Accelerator
import Units

/// What one kind of pass takes over some steps of a phase.
struct PassTotals: Sendable, Codable {
    /// From the start of the pass to its end, by step, in picoseconds.
    var durations: [Int] = []
    /// What each member does, over all these steps.
    var members: [MemberTotals] = []

    /// Adds later steps.
    static func += (left: inout PassTotals, right: PassTotals) {
        left.durations += right.durations
        guard !left.members.isEmpty else {
            left.members = right.members
            return
        }
        for index in left.members.indices { left.members[index].add(right.members[index]) }
    }
}

/// What a chip does in passes of a kind, summed over steps.
struct MemberTotals: Sendable, Codable {
    /// Everything it does itself.
    var cost = OperatorCost()
    /// Time in which it does that.
    var busy = Picoseconds.zero
    /// Time of exchanges after the last chip has done its part.
    var exposedCommunication = Picoseconds.zero
    /// Time of exchanges from the arrival of the last chip, hidden behind computing or not.
    var communication = Picoseconds.zero
    /// Bytes on links.
    var linkBytes = SharedBytes()
    /// Energy of links.
    var linkEnergy = Picojoules.zero
    /// Additions of exchanges.
    var additions = 0.0
    /// Costs by operator, in order of appearance; empty unless asked for.
    var operators: [OperatorTotal] = []

    /// Adds other passes, several times.
    mutating func add(_ other: MemberTotals, times: Int = 1) {
        cost += times == 1 ? other.cost : other.cost * times
        busy += other.busy * times
        exposedCommunication += other.exposedCommunication * times
        communication += other.communication * times
        linkBytes.add(other.linkBytes, times: times)
        linkEnergy += other.linkEnergy * Double(times)
        additions += other.additions * Double(times)
        for row in other.operators {
            if let index = operators.firstIndex(where: { $0.key == row.key }) {
                operators[index].count += row.count * times
                operators[index].cost += row.cost * times
            } else {
                operators.append(OperatorTotal(key: row.key, count: row.count * times, cost: row.cost * times))
            }
        }
    }
}

/// What one operator takes on a chip over all layers and some steps of a phase.
struct OperatorTotal: Sendable, Codable {
    /// Operators of one name in one part of the model belong together.
    struct Key: Hashable, Sendable, Codable {
        var part: Segment.Part
        var name: String
    }

    var key: Key
    var count: Int
    var cost: OperatorCost
}
