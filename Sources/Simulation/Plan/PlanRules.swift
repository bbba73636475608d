import Documents
import Workload

/// Which divisions of a model over chips are possible.
struct PlanRules {
    private let request: RunRequest

    init(_ request: RunRequest) { self.request = request }

    /// Refuses degrees that the model, the batch or the chips do not allow.
    ///
    /// - Throws: ``InputError`` naming the option.
    func check(_ degrees: ParallelDegrees) throws {
        func refuse(_ key: String, _ problem: String, _ expected: String) -> InputError {
            InputError(.usage, key: key, problem: problem, expected: expected)
        }
        let model = request.model
        guard degrees.chips == request.chips else {
            throw refuse(
                "--parallel", "\(degrees.text) takes \(degrees.chips) chips, --chips asks for \(request.chips)",
                "the same number")
        }
        let most = Division.mostParts(of: model)
        guard degrees.tensor <= most, degrees.pipeline <= model.layers else {
            throw refuse(
                "--parallel", "found \(degrees.text)",
                "tp up to \(most) (heads of \(model.name)) and pp up to \(model.layers) (its layers)")
        }
        guard degrees.data <= request.batch else {
            throw refuse(
                "--parallel",
                "dp\(degrees.data) divides \(request.batch) sequence\(request.batch == 1 ? "" : "s") (--batch)",
                "at most one replica for each sequence")
        }
        guard !degrees.isSequenceParallel || degrees.tensor > 1 else {
            throw refuse(
                "--parallel", "sp divides tokens over the chips of a layer, of which tp1 has one", "tp2 or more with sp"
            )
        }
        try checkExperts(degrees, refuse)
        let smallest = request.batch / degrees.data
        guard (request.microBatches ?? 1) <= smallest else {
            throw Self.tooManyMicroBatches(request, sequences: smallest)
        }
        try checkGrid(degrees, refuse)
    }

    /// Micro-batches without sequences.
    static func tooManyMicroBatches(_ request: RunRequest, sequences: Int) -> InputError {
        InputError(
            .usage, key: "--micro-batches",
            problem: "found \(request.microBatches ?? 1), and a replica has \(sequences) "
                + "sequence\(sequences == 1 ? "" : "s")",
            expected: "at most one micro-batch for each")
    }

    private func checkExperts(
        _ degrees: ParallelDegrees, _ refuse: (String, String, String) -> InputError
    ) throws {
        guard degrees.expert > 1 else { return }
        guard let mixture = request.model.mixtureOfExperts else {
            throw refuse(
                "--parallel", "ep\(degrees.expert) places experts, and \(request.model.name) has none",
                "no ep, or a model with experts")
        }
        guard degrees.expert <= mixture.experts else {
            throw refuse(
                "--parallel", "ep\(degrees.expert) places \(mixture.experts) experts", "ep up to \(mixture.experts)")
        }
        let (tensor, data) = (degrees.tensor, degrees.data)
        guard
            tensor.isMultiple(of: degrees.expert)
                || degrees.expert.isMultiple(of: tensor) && data.isMultiple(of: degrees.expert / tensor)
        else {
            throw refuse(
                "--parallel", "ep\(degrees.expert) fits neither into tp\(tensor) nor over tp\(tensor) and dp\(data)",
                "a divisor of tp, or tp times a divisor of dp")
        }
    }

    private func checkGrid(_ degrees: ParallelDegrees, _ refuse: (String, String, String) -> InputError) throws {
        guard let (rows, columns) = request.gemmPartition.sides(chips: degrees.tensor) else { return }
        guard rows * columns == degrees.tensor else {
            throw refuse(
                "--gemm-partition",
                "\(request.gemmPartition.text) takes \(rows * columns) chips, tp\(degrees.tensor) "
                    + "has \(degrees.tensor)", "the same number")
        }
        guard request.model.mixtureOfExperts == nil else {
            throw refuse(
                "--gemm-partition", "2d divides dense layers, and \(request.model.name) has experts", "1d")
        }
        guard !degrees.isSequenceParallel else {
            throw refuse(
                "--gemm-partition", "2d divides activations along the hidden vector already, sp along the tokens",
                "one of the two")
        }
    }
}
