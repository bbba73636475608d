/// Reductions up a tree and broadcasts down it; every message is the whole vector.
struct TreeSchedule {
    /// The parent of each participant, or nil at the root.
    private let parents: [Int?]
    /// In which round from the end of a reduction each participant sends: the farther from the root, the earlier.
    private let levels: [Int]

    /// A binomial tree with the first participant as its root: i sends to i without its lowest bit.
    init(binomial participants: Int) {
        parents = (0..<participants).map { $0 == 0 ? nil : $0 & ($0 - 1) }
        // Children of one parent send in turn, those with the fewest participants below them first.
        var rounds = 0
        while 1 << rounds < participants { rounds += 1 }
        levels = (0..<participants).map { $0 == 0 ? 0 : rounds - $0.trailingZeroBitCount }
    }

    /// One of two binary trees in which whoever is inner in one is a leaf in the other (Sanders, Speck, Träff 2009,
    /// doi:10.1016/j.parco.2009.09.001).
    ///
    /// The first is the in-order tree of 1...p, whose odd numbers are leaves. The second is its mirror image if p is even,
    /// and the first shifted by one otherwise.
    init(binary participants: Int, second: Bool) {
        func place(_ participant: Int) -> Int {
            guard second else { return participant }
            return participants.isMultiple(of: 2) ? participants - 1 - participant : (participant + 1) % participants
        }
        func participant(_ place: Int) -> Int {
            guard second else { return place }
            return participants.isMultiple(of: 2)
                ? participants - 1 - place : (place + participants - 1) % participants
        }
        func parent(_ node: Int) -> Int? {
            let bit = node & -node
            let above = (node ^ bit) | (bit << 1)
            let parent = above <= participants ? above : node ^ bit
            return parent == 0 ? nil : parent
        }
        parents = (0..<participants).map { own in parent(place(own) + 1).map { participant($0 - 1) } }
        levels = (0..<participants).map { own in
            var level = 0
            var node = place(own) + 1
            while let above = parent(node) {
                level += 1
                node = above
            }
            return level
        }
    }

    private var deepest: Int { levels.max() ?? 0 }

    /// Adds a reduction to the root.
    func reduce(_ schedule: inout Schedule) {
        let whole = Int32(schedule.blocks)
        for level in stride(from: deepest, to: 0, by: -1) {
            schedule.addRound(adds: true) { participant, sends in
                if levels[participant] == level, let parent = parents[participant] {
                    sends.append(Schedule.Send(destination: Int32(parent), count: whole))
                }
            }
        }
    }

    /// Adds a broadcast from the root.
    func broadcast(_ schedule: inout Schedule) {
        let whole = Int32(schedule.blocks)
        var children = Array(repeating: [Int](), count: parents.count)
        for (participant, parent) in parents.enumerated() {
            if let parent { children[parent].append(participant) }
        }
        for level in 1..<max(2, deepest + 1) {
            schedule.addRound(adds: false) { participant, sends in
                for child in children[participant] where levels[child] == level {
                    sends.append(Schedule.Send(destination: Int32(child), count: whole))
                }
            }
        }
    }
}
