internal import CMPI

extension MPICommunicator {
    /// The library's barrier.
    public func barrier() throws {
        try checkAgreement("barrier")
        try perform("MPI_Ibarrier", bytes: 0, keeping: []) { cmpi_ibarrier(world, &$0) }
    }

    /// The library's broadcast: first the length, then the values.
    public func broadcast<T: BitwiseCopyable>(_ values: [T], from root: Int) throws -> [T] {
        try check(rank: root)
        try checkAgreement("broadcast of \(T.self) from rank \(root)")
        let length = Staging(copying: [values.count])
        try broadcast(length.bytes, from: root, keeping: length)
        let count = try length.values(Int.self)[0]
        if rank == root {
            // The root's memory is only read; the library's function has one type for both directions.
            try values.withUnsafeBytes {
                try broadcast(UnsafeMutableRawBufferPointer(mutating: $0), from: root, keeping: values)
            }
            return values
        }
        let staging = Staging(byteCount: count * MemoryLayout<T>.stride)
        try broadcast(staging.bytes, from: root, keeping: staging)
        return try staging.values(T.self)
    }

    /// The library's gather of ragged data.
    public func gather<T: BitwiseCopyable>(_ values: [T], at root: Int) throws -> [[T]]? {
        try check(rank: root)
        try checkAgreement("gather of \(T.self) at rank \(root)")
        return try collect(values, at: root)
    }

    /// The library's all-gather of ragged data.
    public func allGather<T: BitwiseCopyable>(_ values: [T]) throws -> [[T]] {
        try checkAgreement("allGather of \(T.self)")
        return try collect(values, at: nil) ?? []
    }

    /// The library's all-gather of equal counts.
    public func exchangeEqualCounts<T: BitwiseCopyable>(_ values: [T]) throws -> [T] {
        let byteCount = values.count * MemoryLayout<T>.stride
        guard byteCount <= partLimit / size else { return try (collect(values, at: nil) ?? []).flatMap(\.self) }
        let result = Staging(byteCount: byteCount * size)
        try values.withUnsafeBytes { bytes in
            try perform("MPI_Iallgather", bytes: byteCount, keeping: [values, result]) {
                cmpi_iallgather(bytes.baseAddress, Int32(byteCount), result.base, cmpi_byte(), world, &$0)
            }
        }
        return try result.values(T.self)
    }

    /// The library's all-to-all of ragged data.
    public func allToAll<T: BitwiseCopyable>(_ parts: [[T]]) throws -> [[T]] {
        guard parts.count == size else { throw CommunicationError.wrongPartCount(parts.count, size: size) }
        try checkAgreement("allToAll of \(T.self)")
        let stride = MemoryLayout<T>.stride
        // [from x to]: everyone knows the longest part, hence the number of rounds.
        let lengths = try exchangeLengths(parts.map { $0.count * stride })
        let largest = lengths.max() ?? 0
        let sending = RoundLayout(parts.map { $0.count * stride }, largest: largest, limit: partLimit)
        let receiving = RoundLayout(
            (0..<size).map { lengths[$0 * size + rank] }, largest: largest, limit: partLimit)
        let whole = Staging(byteCount: receiving.total)
        for round in 0..<max(sending.rounds, receiving.rounds) {
            let packed = Self.pack(parts, sending, round)
            try moveRound(receiving, round, into: whole) { part, counts, displacements in
                let sendCounts = Staging(copying: sending.counts(in: round))
                let sendDisplacements = Staging(copying: sending.displacements(in: round))
                try perform(
                    "MPI_Ialltoallv", bytes: max(packed.bytes.count, part.bytes.count),
                    keeping: [packed, sendCounts, sendDisplacements, part, counts, displacements]
                ) {
                    cmpi_ialltoallv(
                        packed.base, sendCounts.pointer(to: Int32.self), sendDisplacements.pointer(to: Int32.self),
                        part.base, counts.pointer(to: Int32.self), displacements.pointer(to: Int32.self), cmpi_byte(),
                        world, &$0)
                }
            }
        }
        return try Self.unpack(whole, receiving)
    }

    // MARK: Parts of them

    private func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int, keeping storage: Any) throws {
        for start in stride(from: 0, to: bytes.count, by: partLimit) {
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<min(start + partLimit, bytes.count)])
            try perform("MPI_Ibcast", bytes: part.count, keeping: [storage]) {
                cmpi_ibcast(part.baseAddress, Int32(part.count), cmpi_byte(), Int32(root), world, &$0)
            }
        }
    }

    /// Every rank's lengths in bytes; each gives as many numbers.
    private func exchangeLengths(_ lengths: [Int]) throws -> [Int] {
        let mine = Staging(copying: lengths)
        let all = Staging(byteCount: mine.bytes.count * size)
        try perform("MPI_Iallgather", bytes: all.bytes.count, keeping: [mine, all]) {
            cmpi_iallgather(mine.base, Int32(mine.bytes.count), all.base, cmpi_byte(), world, &$0)
        }
        return try all.values(Int.self)
    }

    /// The values of all ranks, at one rank or, without `root`, at all.
    private func collect<T: BitwiseCopyable>(_ values: [T], at root: Int?) throws -> [[T]]? {
        let lengths = try exchangeLengths([values.count * MemoryLayout<T>.stride])
        let layout = RoundLayout(lengths, largest: lengths.max() ?? 0, limit: partLimit)
        let isReceiver = root == nil || root == rank
        let whole = Staging(byteCount: isReceiver ? layout.total : 0)
        for round in 0..<layout.rounds {
            try moveRound(layout, round, into: isReceiver ? whole : nil) { part, counts, displacements in
                try values.withUnsafeBytes { bytes in
                    let mine = UnsafeRawBufferPointer(rebasing: bytes[layout.range(of: rank, in: round)])
                    let function: StaticString = root == nil ? "MPI_Iallgatherv" : "MPI_Igatherv"
                    try perform(
                        function, bytes: max(mine.count, part.bytes.count),
                        keeping: [values, part, counts, displacements]
                    ) {
                        let counts = counts.pointer(to: Int32.self)
                        let displacements = displacements.pointer(to: Int32.self)
                        guard let root else {
                            return cmpi_iallgatherv(
                                mine.baseAddress, Int32(mine.count), part.base, counts, displacements, cmpi_byte(),
                                world, &$0)
                        }
                        return cmpi_igatherv(
                            mine.baseAddress, Int32(mine.count), part.base, counts, displacements, cmpi_byte(),
                            Int32(root), world, &$0)
                    }
                }
            }
        }
        return isReceiver ? try Self.unpack(whole, layout) : nil
    }

    /// Lets one round fill memory and puts it where it belongs in the whole.
    ///
    /// - Parameter whole: nil on a rank that receives nothing.
    private func moveRound(
        _ layout: RoundLayout, _ round: Int, into whole: Staging?,
        _ move: (_ part: Staging, _ counts: Staging, _ displacements: Staging) throws -> Void
    ) throws {
        let counts = Staging(copying: layout.counts(in: round))
        let displacements = Staging(copying: layout.displacements(in: round))
        guard let whole else { return try move(Staging(byteCount: 0), counts, displacements) }
        if layout.rounds == 1 { return try move(whole, counts, displacements) }
        let part = Staging(byteCount: layout.counts(in: round).reduce(0) { $0 + Int($1) })
        try move(part, counts, displacements)
        var position = 0
        for (peer, offset) in layout.offsets.enumerated() {
            let range = layout.range(of: peer, in: round)
            UnsafeMutableRawBufferPointer(rebasing: whole.bytes[(offset + range.lowerBound)...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: part.bytes[position..<position + range.count]))
            position += range.count
        }
    }

    /// What goes to all ranks in a round, one after the other.
    private static func pack<T: BitwiseCopyable>(_ parts: [[T]], _ layout: RoundLayout, _ round: Int) -> Staging {
        let packed = Staging(byteCount: layout.counts(in: round).reduce(0) { $0 + Int($1) })
        var position = 0
        for (peer, part) in parts.enumerated() {
            let range = layout.range(of: peer, in: round)
            part.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: packed.bytes[position...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[range]))
            }
            position += range.count
        }
        return packed
    }

    private static func unpack<T: BitwiseCopyable>(_ whole: Staging, _ layout: RoundLayout) throws -> [[T]] {
        try zip(layout.offsets, layout.counts).map { offset, count in
            try whole.values(T.self, in: offset..<offset + count)
        }
    }
}
