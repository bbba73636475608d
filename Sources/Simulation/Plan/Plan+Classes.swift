import Workload

extension Plan {
    /// A kind of chip: chips of one class do the same work.
    public struct ChipClass: Hashable, Sendable, Codable {
        /// The first replica with such chips.
        public var replica: Int
        /// The pipeline stage.
        public var stage: Int
        /// What it holds of each layer.
        public var seat: Seat

        /// Its heads, widths and vocabulary.
        public var shard: ShardShape { seat.shard }
    }

    /// The first domain with the same batches, of every domain.
    func domainKinds() -> [Int] {
        var first: [[Int]: Int] = [:]
        return (0..<domains).map { domain in
            let batches = batches(ofDomain: domain)
            if let known = first[batches] { return known }
            first[batches] = domain
            return domain
        }
    }

    /// The first seat equal to each.
    func seatKinds() -> [Int] {
        var first: [Seat: Int] = [:]
        return seats.indices.map { index in
            if let known = first[seats[index]] { return known }
            first[seats[index]] = index
            return index
        }
    }

    /// The distinct kinds of chip in order of their first chip, and the class of every chip.
    public func classes() -> (classes: [ChipClass], classOfChip: [Int]) {
        struct Key: Hashable { var domain, batch, stage, seat: Int }
        let (domainKinds, seatKinds) = (domainKinds(), seatKinds())
        var classes: [ChipClass] = []
        var indices: [Key: Int] = [:]
        var classOfChip: [Int] = []
        classOfChip.reserveCapacity(chips)
        for chip in 0..<chips {
            let replica = replica(of: chip)
            let key = Key(
                domain: domainKinds[replica / replicasPerDomain], batch: batches[replica], stage: stage(of: chip),
                seat: seatKinds[seat(of: chip)])
            if let index = indices[key] {
                classOfChip.append(index)
            } else {
                indices[key] = classes.count
                classOfChip.append(classes.count)
                classes.append(ChipClass(replica: replica, stage: key.stage, seat: seats[key.seat]))
            }
        }
        return (classes, classOfChip)
    }
}
