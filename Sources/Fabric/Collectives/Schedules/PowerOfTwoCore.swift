/// Algorithms for powers of two on any number of participants: with r more than a power of two q, the even ones of the
/// first 2r hand their vector to the odd ones and get the result from them at the end (Thakur et al. 2005, section 4.2,
/// doi:10.1177/1094342005051521).
enum PowerOfTwoCore {
    /// Wraps the rounds that a schedule of q participants has.
    static func fold(
        participants: Int, elements: Int, elementBytes: Int, core: (_ q: Int) -> Schedule
    ) -> Schedule {
        var q = 1
        while q * 2 <= participants { q *= 2 }
        let inner = core(q)
        let extra = participants - q
        guard extra > 0 else { return inner }
        func participant(_ index: Int) -> Int { index < extra ? 2 * index + 1 : index + extra }
        var member = Array(repeating: -1, count: participants)
        for index in 0..<q { member[participant(index)] = index }
        var schedule = Schedule(
            participants: participants, elements: elements, elementBytes: elementBytes, blocks: inner.blocks)
        let whole = Int32(inner.blocks)
        schedule.addRound(adds: true) { participant, sends in
            if participant < 2 * extra, participant.isMultiple(of: 2) {
                sends.append(Schedule.Send(destination: Int32(participant + 1), count: whole))
            }
        }
        for round in inner.rounds {
            schedule.addRound(repetitions: round.repetitions, adds: round.adds) { own, sends in
                let index = member[own]
                guard index >= 0 else { return }
                for var send in round.sends[Int(round.offsets[index])..<Int(round.offsets[index + 1])] {
                    send.destination = Int32(participant(Int(send.destination)))
                    sends.append(send)
                }
            }
        }
        schedule.addRound(adds: false) { participant, sends in
            if participant < 2 * extra, !participant.isMultiple(of: 2) {
                sends.append(Schedule.Send(destination: Int32(participant - 1), count: whole))
            }
        }
        return schedule
    }
}
