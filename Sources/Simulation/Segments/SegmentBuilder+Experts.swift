import Fabric
import Units
import Workload

extension SegmentBuilder {
    /// The feed-forward half of a layer whose experts lie on the chips of several replicas, each whole on one chip.
    ///
    /// Every chip routes its share of its replica's tokens, sends them to their experts (all-to-all), and gets the outputs
    /// back (all-to-all); it adds them up, and the group gathers all tokens where they are not divided anyway. A shared
    /// expert is divided over the tensor-parallel group like a dense network.
    func sentExperts(count: Int) -> [Segment] {
        guard let mixture = model.mixtureOfExperts, let experts, let dispatch else {
            preconditionFailure("a layer with experts has them")
        }
        let own = share(of: step.tokens)
        let send = Exchange(
            .allToAll, .domain, bytes: dispatch.meanBytes, elementBytes: 2, busiest: Bytes(dispatch.busiestBytes))
        let residualAndNorm =
            model.residualOperators(rows: rows(step.tokens)) + model.normOperators("ffn_norm", rows: rows(step.tokens))
        var segments = [
            segment(.feedForward, residualAndNorm + model.routerOperators(tokens: own), count, then: send),
            segment(
                .feedForward,
                model.expertOperators(
                    width: shard.expertIntermediateSize, offset: shard.offsets.expertDown, work: experts,
                    isPartial: false),
                count,
                then: send),
        ]
        let isShared = shard.sharedIntermediateSize > 0
        if isShared {
            if isSequenceParallel { segments.append(segment(.feedForward, [], count, then: gather(step.tokens))) }
            segments.append(
                segment(
                    .feedForward, model.sharedExpertOperators(shard: shard, step: step), count,
                    then: scatter(step.tokens, elementBytes: partialSumBytes)))
        }
        let combine = model.combineOperators(
            tokens: own, assignments: own * (mixture.activeExperts + (isShared ? 1 : 0)))
        segments.append(
            segment(.feedForward, combine, count, then: isSequenceParallel ? nil : gather(step.tokens)))
        return segments
    }
}
