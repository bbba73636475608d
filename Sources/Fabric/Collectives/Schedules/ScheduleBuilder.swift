/// Makes the schedules of one collective by each algorithm that applies to it (``Algorithm/applies(to:_:)``).
struct ScheduleBuilder {
    let operation: Collective.Operation
    let elements: Int
    let elementBytes: Int
    let layout: GroupLayout

    private var participants: Int { layout.participants }

    func ring() -> [Schedule] {
        switch operation {
        case .allToAll: [rotation()]
        case .broadcast: [chain()]
        default: [grid([participants], [.ring])]
        }
    }

    func bidirectionalRing() -> [Schedule] {
        [grid([participants], [.ring], half: 0), grid([participants], [.reverseRing], half: 1)]
    }

    func recursiveDoubling() -> [Schedule] {
        if operation == .allGather { return [grid([participants], [.halving])] }
        return [
            PowerOfTwoCore.fold(participants: participants, elements: elements, elementBytes: elementBytes) { q in
                var schedule = wholeVector(participants: q)
                var distance = 1
                while distance < q {
                    schedule.addRound(adds: true) { participant, sends in
                        sends.append(Schedule.Send(destination: Int32(participant ^ distance), count: 1))
                    }
                    distance *= 2
                }
                return schedule
            }
        ]
    }

    func halvingDoubling() -> [Schedule] {
        [
            PowerOfTwoCore.fold(participants: participants, elements: elements, elementBytes: elementBytes) { q in
                grid([q], [.halving])
            }
        ]
    }

    func binomialTree() -> [Schedule] {
        var schedule = wholeVector(participants: participants)
        let tree = TreeSchedule(binomial: participants)
        if operation == .allReduce { tree.reduce(&schedule) }
        tree.broadcast(&schedule)
        return [schedule]
    }

    func doubleBinaryTree() -> [Schedule] {
        [false, true].map { second in
            var schedule = Schedule(
                participants: participants, elements: half(second ? 1 : 0), elementBytes: elementBytes, blocks: 1)
            let tree = TreeSchedule(binary: participants, second: second)
            tree.reduce(&schedule)
            tree.broadcast(&schedule)
            return schedule
        }
    }

    func direct() -> [Schedule] {
        switch operation {
        case .allReduce, .reduceScatter, .allGather: return [grid([participants], [.direct])]
        case .allToAll: return [exchanges(along: [participants])]
        case .broadcast, .pointToPoint:
            var schedule = wholeVector(participants: participants)
            let last = operation == .broadcast ? participants - 1 : 1
            schedule.addRound(adds: false) { participant, sends in
                guard participant == 0 else { return }
                for destination in 1...last { sends.append(Schedule.Send(destination: Int32(destination), count: 1)) }
            }
            return [schedule]
        }
    }

    func hierarchical() -> [Schedule] {
        let inner = layout.nodeSize
        let outer = participants / inner
        if operation == .allToAll { return [exchanges(along: [inner, outer])] }
        let within: GridSchedule.Walk = layout.innerExtents == 1 ? layout.walk(0) : .ring
        let between: GridSchedule.Walk = outer.nonzeroBitCount == 1 ? .halving : .ring
        return [grid([inner, outer], [within, between])]
    }

    func perDimension() -> [Schedule] {
        if operation == .allToAll { return [exchanges(along: layout.extents)] }
        return [grid(layout.extents, walks)]
    }

    func bidirectionalPerDimension() -> [Schedule] {
        [
            grid(layout.extents, walks, half: 0),
            grid(layout.extents, walks.map { $0 == .ring ? .reverseRing : $0 }, half: 1),
        ]
    }

    // MARK: Parts

    private var walks: [GridSchedule.Walk] { layout.extents.indices.map(layout.walk) }

    private func half(_ index: Int) -> Int { (elements + 1 - index) / 2 }

    private func wholeVector(participants: Int) -> Schedule {
        Schedule(participants: participants, elements: elements, elementBytes: elementBytes, blocks: 1)
    }

    /// - Parameter part: which half of the vector, 0 or 1, or nil for all of it.
    private func grid(_ extents: [Int], _ walks: [GridSchedule.Walk], half part: Int? = nil) -> Schedule {
        var grid = GridSchedule(
            extents: extents, walks: walks, elements: part.map(half) ?? elements, elementBytes: elementBytes)
        if operation != .allGather { grid.reduceScatter() }
        if operation != .reduceScatter { grid.allGather() }
        return grid.schedule
    }

    private func oneBlockEach() -> Schedule {
        Schedule(participants: participants, elements: elements, elementBytes: elementBytes, blocks: participants)
    }

    /// All-to-all along the dimensions of a grid: in each, whatever is for participants with another coordinate goes
    /// straight to the one with that coordinate.
    private func exchanges(along extents: [Int]) -> Schedule {
        var schedule = oneBlockEach()
        var stride = 1
        for extent in extents {
            let step = stride
            schedule.addRound(adds: false) { participant, sends in
                let index = participant / step % extent
                for distance in 1..<max(1, extent) {
                    let other = (index + distance) % extent
                    sends.append(
                        Schedule.Send(
                            destination: Int32(participant + (other - index) * step),
                            count: Int32(participants / extent)))
                }
            }
            stride *= extent
        }
        return schedule
    }

    /// All-to-all in rounds: in round k everyone sends to the participant k places on.
    private func rotation() -> Schedule {
        var schedule = oneBlockEach()
        for distance in 1..<max(1, participants) {
            schedule.addRound(adds: false) { participant, sends in
                sends.append(Schedule.Send(destination: Int32((participant + distance) % participants), count: 1))
            }
        }
        return schedule
    }

    /// Broadcast from each participant to the next.
    private func chain() -> Schedule {
        var schedule = wholeVector(participants: participants)
        for sender in 0..<participants - 1 {
            schedule.addRound(adds: false) { participant, sends in
                if participant == sender { sends.append(Schedule.Send(destination: Int32(sender + 1), count: 1)) }
            }
        }
        return schedule
    }
}
