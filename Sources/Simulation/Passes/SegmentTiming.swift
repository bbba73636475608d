import Units

/// How a segment and its exchange go on a group of chips that start together.
///
/// Chip m works until `ends[m][0]`, when the first part of its result is there, and goes on with the next part while that
/// is exchanged. Part i of the exchange begins on a chip when its own part i is there and part i - 1 has ended for all:
///
///     ready(m, i) = max(ends(m, i), end(i - 1)),   end(i) = min over m of ready(m, i) + time(i)
///
/// where time(i) counts from the first arrival, with the others' lateness given. With one part this is an exchange after
/// the work. What sticks out behind the slowest chip's work is exposed.
struct SegmentTiming: Equatable {
    /// From the common start to the end for all.
    private(set) var duration = Picoseconds.zero
    /// What of it comes after the slowest chip's own work.
    private(set) var exposedCommunication = Picoseconds.zero
    /// Exchanges from their last arrival to their end, part by part.
    private(set) var exchanges: [Range<Picoseconds>] = []

    /// Time of exchanges from their last arrival to their end.
    var communication: Picoseconds { exchanges.reduce(.zero) { $0 + ($1.upperBound - $1.lowerBound) } }

    /// Times a segment after which nothing is exchanged.
    init(ends: [[Picoseconds]]) { duration = Self.slowest(ends) }

    /// Times a segment and its exchange.
    ///
    /// - Parameters:
    ///   - ends: by chip, when each part of its work ends; at least one part.
    ///   - exchange: the time of an exchange of a part from its first arrival, given how much later than the first each chip
    ///     arrives, or nil where all arrive together.
    init(ends: [[Picoseconds]], exchange: (_ part: Int, _ arrivals: [Picoseconds]?) -> Picoseconds) {
        var end = Picoseconds.zero
        for part in ends[0].indices {
            var first = Picoseconds(.max)
            var last = Picoseconds.zero
            for chip in ends {
                let ready = max(chip[part], end)
                first = min(first, ready)
                last = max(last, ready)
            }
            let arrivals = first == last ? nil : ends.map { max($0[part], end) - first }
            // An exchange ends for all, so not before the last of them has come.
            end = max(first + exchange(part, arrivals), last)
            exchanges.append(last..<end)
        }
        let slowest = Self.slowest(ends)
        duration = max(end, slowest)
        exposedCommunication = duration - slowest
    }

    private static func slowest(_ ends: [[Picoseconds]]) -> Picoseconds {
        ends.reduce(Picoseconds.zero) { max($0, $1.last ?? .zero) }
    }
}
