import Workload

/// The plans that an automatic choice is made from.
struct PlanCandidates {
    let request: RunRequest

    /// Degrees that are possible, simplest first: most tensor parallelism, then fewest replicas, no experts apart, no
    /// sequence parallelism.
    func degrees(chips: Int) -> [ParallelDegrees] {
        let model = request.model
        let most = Division.mostParts(of: model)
        var degrees: [ParallelDegrees] = []
        for tensor in (1...min(chips, most)).reversed() where chips.isMultiple(of: tensor) {
            let rest = chips / tensor
            for data in 1...min(rest, request.batch) where rest.isMultiple(of: data) && rest / data <= model.layers {
                if let sides = request.gemmPartition.sides(chips: tensor), sides.rows * sides.columns != tensor {
                    continue
                }
                for expert in experts(tensor: tensor, data: data) {
                    for isSequenceParallel in [false, true] {
                        guard !isSequenceParallel || tensor > 1 && request.gemmPartition == .oneDimensional else {
                            continue
                        }
                        degrees.append(
                            ParallelDegrees(
                                tensor: tensor, pipeline: rest / data, data: data, expert: expert,
                                isSequenceParallel: isSequenceParallel))
                    }
                }
            }
        }
        return degrees
    }

    private func experts(tensor: Int, data: Int) -> [Int] {
        guard let mixture = request.model.mixtureOfExperts else { return [1] }
        let within = (1...tensor).filter { tensor.isMultiple(of: $0) }
        let across = (2...max(2, data)).filter { $0 <= data && data.isMultiple(of: $0) }.map { $0 * tensor }
        return (within + across).filter { $0 <= mixture.experts }
    }

    /// Numbers of micro-batches that are tried: what is asked for, else as many as stages, twice as many, and one.
    func microBatches(_ degrees: ParallelDegrees) -> [Int] {
        let smallest = request.batch / degrees.data
        if let asked = request.microBatches { return asked <= smallest ? [asked] : [] }
        guard degrees.pipeline > 1 else { return [1] }
        let tried = [degrees.pipeline, 2 * degrees.pipeline, 1].map { min($0, smallest) }
        return tried.enumerated().filter { tried.firstIndex(of: $1) == $0 }.map(\.element)
    }
}
