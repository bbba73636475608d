/// How much of a run a ``Timeline`` shall show.
public struct TimelineScope: Hashable, Sendable, Codable {
    /// What an event stands for: with `phases` a pass of a micro-batch through a stage, with `layers` what a chip does of
    /// a layer between two exchanges, with `operators` an operator.
    public var detail: SystemSimulation.Detail
    /// Events and samples at most. Where there would be more, later steps are shown pass by pass, then chips that do the
    /// same as another one are left out, then the latest steps are shown as a whole; ``Timeline/cuts`` says so.
    public var limit: Int
    /// Whether one chip of each kind is enough.
    public var onlyKinds: Bool
    /// Whether ``Timeline/links`` is wanted.
    public var withLinks: Bool

    /// The smallest limit that is taken.
    public static let smallestLimit = 1000

    /// Creates a scope.
    public init(
        detail: SystemSimulation.Detail, limit: Int, onlyKinds: Bool = false, withLinks: Bool = false
    ) {
        self.detail = detail
        self.limit = limit
        self.onlyKinds = onlyKinds
        self.withLinks = withLinks
    }
}
