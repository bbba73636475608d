/// Reduce-scatters and all-gathers along the dimensions of a grid of participants, one after the other.
///
/// Participant `i0 + e0 (i1 + e1 (...))` ends a reduce-scatter with block `((i0 e1) + i1) e2 + ...`, so that what it
/// holds after each dimension is contiguous. One dimension gives the plain algorithms.
struct GridSchedule {
    /// How a dimension is walked.
    enum Walk: Hashable, Sendable {
        /// Around a ring, to the next participant.
        case ring
        /// Around a ring, to the one before.
        case reverseRing
        /// Every part straight to its owner.
        case direct
        /// With partners at half the distance each time; the extent is a power of two.
        case halving
    }

    private let extents: [Int]
    private let walks: [Walk]
    private(set) var schedule: Schedule

    init(extents: [Int], walks: [Walk], elements: Int, elementBytes: Int) {
        self.extents = extents
        self.walks = walks
        let participants = extents.reduce(1, *)
        schedule = Schedule(
            participants: participants, elements: elements, elementBytes: elementBytes, blocks: participants)
    }

    /// Reduce-scatter along all dimensions, the first one first.
    mutating func reduceScatter() {
        for dimension in extents.indices { add(dimension, adds: true) }
    }

    /// All-gather along all dimensions, the first one last.
    mutating func allGather() {
        for dimension in extents.indices.reversed() { add(dimension, adds: false) }
    }

    /// Where a participant stands in a dimension.
    private struct Place {
        /// Its coordinate.
        var index: Int
        /// The participant with coordinate 0, and the distance of neighbours.
        var origin: Int
        var stride: Int
        /// The first block of the row, and the blocks for each coordinate.
        var base: Int
        var width: Int
    }

    private func place(of participant: Int, in dimension: Int) -> Place {
        var stride = 1
        var base = 0
        for (earlier, extent) in extents[..<dimension].enumerated() {
            base = base * extent + participant / stride % extent
            stride *= extents[earlier]
        }
        let width = extents[(dimension + 1)...].reduce(1, *)
        let index = participant / stride % extents[dimension]
        return Place(
            index: index, origin: participant - index * stride, stride: stride, base: base * extents[dimension] * width,
            width: width)
    }

    private mutating func add(_ dimension: Int, adds: Bool) {
        let extent = extents[dimension]
        guard extent > 1 else { return }
        switch walks[dimension] {
        case .ring: addRing(dimension, direction: 1, adds: adds)
        case .reverseRing: addRing(dimension, direction: -1, adds: adds)
        case .direct:
            let grid = self
            schedule.addRound(adds: adds) { participant, sends in
                let place = grid.place(of: participant, in: dimension)
                // Each begins with its neighbour, so that no two start with the same receiver.
                for distance in 1..<extent {
                    let other = (place.index + distance) % extent
                    sends.append(Self.send(place, to: other, part: adds ? other : place.index))
                }
            }
        case .halving:
            var distances: [Int] = []
            var distance = 1
            while distance < extent {
                distances.append(distance)
                distance *= 2
            }
            for distance in adds ? distances.reversed() : distances {
                addExchange(dimension, distance: distance, adds: adds)
            }
        }
    }

    private mutating func addRing(_ dimension: Int, direction: Int, adds: Bool) {
        let extent = extents[dimension]
        let grid = self
        schedule.addRound(repetitions: extent - 1, adds: adds) { participant, sends in
            let place = grid.place(of: participant, in: dimension)
            let next = (place.index + direction + extent) % extent
            // In a reduce-scatter the part that has gone all the way around arrives at its owner.
            let first = adds ? place.index - direction : place.index
            sends.append(
                Schedule.Send(
                    destination: Int32(place.origin + next * place.stride), base: Int32(place.base),
                    first: Int32((first + extent) % extent), step: Int32(-direction), modulus: Int32(extent),
                    count: Int32(place.width)))
        }
    }

    private mutating func addExchange(_ dimension: Int, distance: Int, adds: Bool) {
        let grid = self
        schedule.addRound(adds: adds) { participant, sends in
            let place = grid.place(of: participant, in: dimension)
            let partner = place.index ^ distance
            // The parts of whoever agrees with the receiver (or with the sender) down to this distance.
            let owner = (adds ? partner : place.index) / distance * distance
            sends.append(
                Schedule.Send(
                    destination: Int32(place.origin + partner * place.stride),
                    base: Int32(place.base + owner * place.width), count: Int32(distance * place.width)))
        }
    }

    private static func send(_ place: Place, to other: Int, part: Int) -> Schedule.Send {
        Schedule.Send(
            destination: Int32(place.origin + other * place.stride), base: Int32(place.base + part * place.width),
            count: Int32(place.width))
    }
}
