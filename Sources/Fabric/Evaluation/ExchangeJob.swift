/// One run of a placed schedule.
struct ExchangeJob {
    let schedule: PlacedSchedule
    /// When each participant arrives, in picoseconds.
    var arrivals: [Int]
    /// The job that starts at each participant once it has finished this one there.
    var successor: Int?

    /// The jobs that follow no other.
    static func firstOfSequences(_ jobs: [ExchangeJob]) -> [Int] {
        let successors = Set(jobs.compactMap(\.successor))
        return jobs.indices.filter { !successors.contains($0) }
    }
}
