/// What the coordinator of a sweep tells another rank.
enum FarmOrder: Codable {
    /// Simulate a run of points, one after the other, with a reply for each.
    case simulate([ClaimedPoint])
    /// There is no more work.
    case end

    static let tag = 21
}

/// What a rank tells the coordinator about a point.
struct FarmReply: Codable {
    /// The identity of the point.
    var id: String
    /// What became of it; nil where the rank was asked to end before it began.
    var outcome: PointOutcome?

    static let tag = 22
}
