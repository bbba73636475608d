/// A clock frequency.
public struct Frequency: Hashable, Sendable {
    /// Cycles per second.
    public let hertz: Double

    /// Creates a clock of that many cycles per second; must be positive.
    public init(hertz: Double) {
        precondition(hertz > 0, "a clock frequency is positive")
        self.hertz = hertz
    }

    /// The time that a number of cycles takes, rounded up to whole picoseconds.
    ///
    /// Rounding up happens once per span that chips exchange, never per tile.
    public func duration(of cycles: Cycles) -> Picoseconds {
        let picosecondsPerCycle = 1e12 / hertz
        if picosecondsPerCycle == picosecondsPerCycle.rounded() {
            return Picoseconds(cycles.count * Int(picosecondsPerCycle))
        }
        return Picoseconds(Int((Double(cycles.count) * picosecondsPerCycle).rounded(.up)))
    }

    /// The number of whole cycles that cover a time.
    public func cycles(covering time: Picoseconds) -> Cycles {
        let picosecondsPerCycle = 1e12 / hertz
        if picosecondsPerCycle == picosecondsPerCycle.rounded() {
            let period = Int(picosecondsPerCycle)
            return Cycles((time.count + period - 1) / period)
        }
        return Cycles(Int((Double(time.count) / picosecondsPerCycle).rounded(.up)))
    }
}
