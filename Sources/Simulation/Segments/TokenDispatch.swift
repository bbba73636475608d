import Units
import Workload

/// What chips send to the experts of other chips in a step, and get back.
struct TokenDispatch: Hashable, Sendable {
    /// The mean over the chips of a domain.
    var meanBytes: Int
    /// The most that a chip sends or receives.
    var busiestBytes: Int

    /// - Parameters:
    ///   - loads: tokens of each expert, of all replicas of the domain.
    ///   - tokens: of each replica of the domain.
    init(loads: [Int], tokens: [Int], of mixture: MixtureOfExperts, plan: Plan, hiddenSize: Int) {
        let rowBytes = hiddenSize * 2
        let received = (0..<plan.expertParallel).map { part in
            stride(from: part, to: loads.count, by: plan.expertParallel).reduce(0) { $0 + loads[$1] }
        }
        let sent = tokens.map {
            ($0 + plan.tensorParallel - 1) / plan.tensorParallel * mixture.activeExperts
        }
        let total = loads.reduce(0, +)
        meanBytes = (total * rowBytes + plan.expertParallel - 1) / plan.expertParallel
        busiestBytes = max(meanBytes, max(received.max() ?? 0, sent.max() ?? 0) * rowBytes)
    }
}
