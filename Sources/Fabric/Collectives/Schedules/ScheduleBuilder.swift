/// Makes the schedules of one collective by each algorithm; nil where an algorithm does not apply.
struct ScheduleBuilder {
    let operation: Collective.Operation
    let elements: Int
    let elementBytes: Int
    let layout: GroupLayout

    private var participants: Int { layout.participants }
    private var isPowerOfTwo: Bool { participants.nonzeroBitCount == 1 }

    func ring() -> [Schedule]? {
        switch operation {
        case .allReduce, .reduceScatter, .allGather: [grid([participants], [.ring])]
        case .allToAll: [rotation()]
        case .broadcast: [chain()]
        case .pointToPoint: nil
        }
    }

    func bidirectionalRing() -> [Schedule]? {
        guard [.allReduce, .reduceScatter, .allGather].contains(operation), participants > 2 else { return nil }
        return [grid([participants], [.ring], half: 0), grid([participants], [.reverseRing], half: 1)]
    }

    func recursiveDoubling() -> [Schedule]? {
        switch operation {
        case .allReduce:
            [
                PowerOfTwoCore.fold(participants: participants, elements: elements, elementBytes: elementBytes) { q in
                    var schedule = Schedule(
                        participants: q, elements: elements, elementBytes: elementBytes, blocks: 1)
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
        case .allGather: isPowerOfTwo ? [grid([participants], [.halving])] : nil
        default: nil
        }
    }

    func halvingDoubling() -> [Schedule]? {
        switch operation {
        case .allReduce:
            [
                PowerOfTwoCore.fold(participants: participants, elements: elements, elementBytes: elementBytes) { q in
                    grid([q], [.halving])
                }
            ]
        case .reduceScatter: isPowerOfTwo ? [grid([participants], [.halving])] : nil
        default: nil
        }
    }

    func binomialTree() -> [Schedule]? {
        guard operation == .allReduce || operation == .broadcast else { return nil }
        var schedule = Schedule(
            participants: participants, elements: elements, elementBytes: elementBytes, blocks: 1)
        let tree = TreeSchedule(binomial: participants)
        if operation == .allReduce { tree.reduce(&schedule) }
        tree.broadcast(&schedule)
        return [schedule]
    }

    func doubleBinaryTree() -> [Schedule]? {
        guard operation == .allReduce, participants > 2 else { return nil }
        return [false, true].map { second in
            var schedule = Schedule(
                participants: participants, elements: half(second ? 1 : 0), elementBytes: elementBytes, blocks: 1)
            let tree = TreeSchedule(binary: participants, second: second)
            tree.reduce(&schedule)
            tree.broadcast(&schedule)
            return schedule
        }
    }

    func direct() -> [Schedule]? {
        switch operation {
        case .allReduce, .reduceScatter, .allGather: return [grid([participants], [.direct])]
        case .allToAll: return [exchanges(along: [participants])]
        case .broadcast, .pointToPoint:
            var schedule = Schedule(
                participants: participants, elements: elements, elementBytes: elementBytes, blocks: 1)
            let last = operation == .broadcast ? participants - 1 : 1
            schedule.addRound(adds: false) { participant, sends in
                guard participant == 0 else { return }
                for destination in 1...last { sends.append(Schedule.Send(destination: Int32(destination), count: 1)) }
            }
            return [schedule]
        }
    }

    func hierarchical() -> [Schedule]? {
        let inner = layout.extents[..<layout.innerExtents].reduce(1, *)
        let outer = participants / inner
        guard inner > 1, outer > 1 else { return nil }
        switch operation {
        case .allReduce, .reduceScatter, .allGather:
            let within: GridSchedule.Walk = layout.innerExtents == 1 ? layout.walk(0) : .ring
            let between: GridSchedule.Walk = outer.nonzeroBitCount == 1 ? .halving : .ring
            return [grid([inner, outer], [within, between])]
        case .allToAll: return [exchanges(along: [inner, outer])]
        default: return nil
        }
    }

    func perDimension() -> [Schedule]? {
        guard layout.extents.count > 1 else { return nil }
        switch operation {
        case .allReduce, .reduceScatter, .allGather:
            return [grid(layout.extents, layout.extents.indices.map(layout.walk))]
        case .allToAll: return [exchanges(along: layout.extents)]
        default: return nil
        }
    }

    func bidirectionalPerDimension() -> [Schedule]? {
        guard [.allReduce, .reduceScatter, .allGather].contains(operation), layout.extents.count > 1 else { return nil }
        let walks = layout.extents.indices.map(layout.walk)
        guard walks.contains(.ring) else { return nil }
        return [
            grid(layout.extents, walks, half: 0),
            grid(layout.extents, walks.map { $0 == .ring ? .reverseRing : $0 }, half: 1),
        ]
    }

    // MARK: Parts

    private func half(_ index: Int) -> Int { (elements + 1 - index) / 2 }

    /// - Parameter part: which half of the vector, 0 or 1, or nil for all of it.
    private func grid(_ extents: [Int], _ walks: [GridSchedule.Walk], half part: Int? = nil) -> Schedule {
        var grid = GridSchedule(
            extents: extents, walks: walks, elements: part.map(half) ?? elements, elementBytes: elementBytes)
        if operation != .allGather { grid.reduceScatter() }
        if operation != .reduceScatter { grid.allGather() }
        return grid.schedule
    }

    /// All-to-all along the dimensions of a grid: in each, whatever is for participants with another coordinate goes
    /// straight to the one with that coordinate.
    private func exchanges(along extents: [Int]) -> Schedule {
        var schedule = Schedule(
            participants: participants, elements: elements, elementBytes: elementBytes, blocks: participants)
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
        var schedule = Schedule(
            participants: participants, elements: elements, elementBytes: elementBytes, blocks: participants)
        for distance in 1..<max(1, participants) {
            schedule.addRound(adds: false) { participant, sends in
                sends.append(Schedule.Send(destination: Int32((participant + distance) % participants), count: 1))
            }
        }
        return schedule
    }

    /// Broadcast from each participant to the next.
    private func chain() -> Schedule {
        var schedule = Schedule(
            participants: participants, elements: elements, elementBytes: elementBytes, blocks: 1)
        for sender in 0..<participants - 1 {
            schedule.addRound(adds: false) { participant, sends in
                if participant == sender { sends.append(Schedule.Send(destination: Int32(sender + 1), count: 1)) }
            }
        }
        return schedule
    }
}
