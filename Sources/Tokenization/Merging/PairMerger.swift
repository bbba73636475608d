import HeapModule

/// What two neighbouring symbols become.
struct Merge: Sendable {
    /// The symbol of both.
    var result: Int32
    /// Merges of lower rank come first.
    var rank: Int32
}

/// Byte-pair encoding: of all neighbouring pairs that have a merge, the one of lowest rank, and of these the leftmost,
/// becomes one symbol, until there is none.
///
/// Symbols form a linked list and candidates a heap, so that n symbols take O(n log n): text without a place to split
/// (a Llama-2 vocabulary takes a whole prompt as one piece) stays fast.
struct PairMerger: Sendable {
    private let merges: [UInt64: Merge]

    init(_ merges: [UInt64: Merge]) { self.merges = merges }

    /// The key of a pair.
    static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// A pair that can be merged, if both symbols are still what they were.
    private struct Candidate: Comparable {
        var merge: Merge
        var left: Int32
        var leftSymbol: Int32
        var rightSymbol: Int32

        static func < (first: Candidate, second: Candidate) -> Bool {
            first.merge.rank != second.merge.rank
                ? first.merge.rank < second.merge.rank : first.left < second.left
        }

        static func == (first: Candidate, second: Candidate) -> Bool {
            first.merge.rank == second.merge.rank && first.left == second.left
        }
    }

    /// Merges symbols; negative ones are unknown and merge with nothing.
    func merge(_ symbols: inout [Int32]) {
        let count = symbols.count
        guard count > 1 else { return }
        // Links of a symbol that has been merged into its left neighbour are not followed any more.
        var next = (1...Int32(count)).map { $0 }
        var previous = (-1..<Int32(count) - 1).map { $0 }
        var heap = Heap<Candidate>()
        func add(_ left: Int32) {
            guard left >= 0, next[Int(left)] < count else { return }
            let pair = (symbols[Int(left)], symbols[Int(next[Int(left)])])
            guard pair.0 >= 0, pair.1 >= 0, let merge = merges[Self.key(pair.0, pair.1)] else { return }
            heap.insert(Candidate(merge: merge, left: left, leftSymbol: pair.0, rightSymbol: pair.1))
        }
        for left in 0..<Int32(count) { add(left) }
        while let candidate = heap.popMin() {
            let left = Int(candidate.left)
            guard symbols[left] == candidate.leftSymbol, next[left] < count else { continue }
            let right = Int(next[left])
            guard symbols[right] == candidate.rightSymbol else { continue }
            symbols[left] = candidate.merge.result
            symbols[right] = Self.removed
            next[left] = next[right]
            if next[left] < count { previous[Int(next[left])] = candidate.left }
            add(previous[left])
            add(candidate.left)
        }
        symbols.removeAll { $0 == Self.removed }
    }

    private static let removed = Int32.min
}
