/// A use of a ``Communicator`` that cannot work, or a message that is not what was expected.
public enum CommunicationError: Error, Hashable, Sendable {
    /// A rank outside 0 ..< size.
    case noSuchRank(Int, size: Int)
    /// A tag outside ``MessageTag/range``.
    case noSuchTag(Int)
    /// Lists for more or fewer ranks than there are.
    case wrongPartCount(Int, size: Int)
    /// A message whose bytes are not a whole number of the receiver's elements.
    case partialElement(bytes: Int, type: String, stride: Int)
    /// Ranks gave different numbers of elements to a reduction: the numbers in the order of ranks.
    case unequalCounts([Int])
    /// Ranks met in different collectives: what each called, in the order of ranks.
    case disagreement([String])
    /// A value that could not be encoded or decoded.
    case valueNotCodable(type: String, detail: String)
    /// A receive that no message can ever satisfy.
    case neverSent(source: Int, tag: Int)
    /// Operations that were started and never waited for.
    case unfinished(sends: Int, receives: Int)
    /// The communicator was used after its program had ended.
    case ended
}

extension CommunicationError: CustomStringConvertible {
    /// One line that says what is wrong.
    public var description: String {
        switch self {
        case .noSuchRank(let rank, let size): "there is no rank \(rank): ranks are 0 to \(size - 1)"
        case .noSuchTag(let tag):
            "there is no message tag \(tag): tags are \(MessageTag.range.lowerBound) to \(MessageTag.range.upperBound)"
        case .wrongPartCount(let parts, let size): "\(parts) parts were given for \(size) ranks"
        case .partialElement(let bytes, let type, let stride):
            "a message of \(bytes) bytes does not hold a whole number of \(type) (\(stride) bytes each)"
        case .unequalCounts(let counts):
            "a reduction needs the same number of elements from every rank; in the order of ranks they are "
                + counts.map(String.init).joined(separator: ", ")
        case .disagreement(let calls): "ranks do not meet in the same collective: \(Self.grouped(calls))"
        case .valueNotCodable(let type, let detail): "a message of type \(type) cannot be read or written: \(detail)"
        case .neverSent(let source, let tag): "no message with tag \(tag) from rank \(source) can come any more"
        case .unfinished(let sends, let receives):
            "the program ended without waiting for \(sends) sends and \(receives) receives"
        case .ended: "the communicator was used after its program had ended"
        }
    }

    /// "rank 0 broadcast, rank 1 barrier"; with equal calls after each other joined to "ranks 0-6".
    private static func grouped(_ calls: [String]) -> String {
        var groups: [(ranks: ClosedRange<Int>, call: String)] = []
        for (rank, call) in calls.enumerated() {
            if let last = groups.last, last.call == call {
                groups[groups.count - 1].ranks = last.ranks.lowerBound...rank
            } else {
                groups.append((rank...rank, call))
            }
        }
        return groups.map { ranks, call in
            (ranks.count == 1 ? "rank \(ranks.lowerBound)" : "ranks \(ranks.lowerBound)-\(ranks.upperBound)")
                + " \(call)"
        }.joined(separator: ", ")
    }
}
