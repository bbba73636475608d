import Accelerator
import Documents
import Units
import Workload

/// Makes the plan of a run and checks that it fits the chips' memory.
public struct Planner {
    private let request: RunRequest
    private let memory: MemoryModel

    /// Creates a planner for a validated request.
    public init(_ request: RunRequest) {
        self.request = request
        memory = MemoryModel(request)
    }

    /// The plan.
    ///
    /// Automatic: tensor parallel over all chips if there are heads for them, else over the largest divisor of the chips
    /// for which there are, and pipeline parallel over the rest.
    ///
    /// - Throws: ``InputError`` where the division is impossible or a chip's memory is too small; the latter says how much
    ///   is needed and how many chips would do.
    public func plan() throws -> Plan {
        let plan = try division()
        let needed = memory.largest(in: plan)
        let capacity = Chip(request.accelerator).dram.capacity
        guard needed.total > capacity else { return plan }
        let enough = chipsThatWouldDo(capacity: capacity)
        throw InputError(
            .usage, key: "--chips",
            problem: "\(request.model.name) does not fit: a chip needs \(Self.text(needed.total)) "
                + "(weights \(Self.text(needed.weights)), KV cache \(Self.text(needed.keyValueCache))) "
                + "and has \(Self.text(capacity)) of DRAM",
            expected: enough.map { "at least \($0) chips, fewer bits or less context" }
                ?? "fewer bits or less context: no number of chips up to 65536 would do")
    }

    private func division() throws -> Plan {
        switch request.parallelism {
        case .automatic:
            guard let plan = automatic(chips: request.chips) else {
                throw InputError(
                    .usage, key: "--chips", problem: impossible(chips: request.chips),
                    expected: "a number of chips that splits into heads and layers")
            }
            return plan
        case .explicit(let tensor, let pipeline):
            guard tensor * pipeline == request.chips else {
                throw InputError(
                    .usage, key: "--parallel",
                    problem:
                        "\(request.parallelism.text) takes \(tensor * pipeline) chips, --chips asks for \(request.chips)",
                    expected: "the same number")
            }
            guard tensor <= Division.mostParts(of: request.model), pipeline <= request.model.layers else {
                throw InputError(
                    .usage, key: "--parallel", problem: "found \(request.parallelism.text)",
                    expected: "tp up to \(Division.mostParts(of: request.model)) (heads of \(request.model.name)) "
                        + "and pp up to \(request.model.layers) (its layers)")
            }
            return Self.plan(request.model, tensor: tensor, pipeline: pipeline, groupSize: request.scheme.groupSize)
        }
    }

    private func impossible(chips: Int) -> String {
        "\(request.model.name) has \(request.model.attentionHeads) heads and \(request.model.layers) layers, "
            + "which \(chips) chips cannot share"
    }

    private func automatic(chips: Int) -> Plan? {
        let model = request.model
        let tensor = (1...min(chips, Division.mostParts(of: model))).last {
            chips.isMultiple(of: $0) && chips / $0 <= model.layers
        }
        return tensor.map {
            Self.plan(model, tensor: $0, pipeline: chips / $0, groupSize: request.scheme.groupSize)
        }
    }

    static func plan(_ model: TransformerModel, tensor: Int, pipeline: Int, groupSize: Int) -> Plan {
        var first = 0
        let stages = Division.evenly(model.layers, over: pipeline).map { layers in
            defer { first += layers }
            return Plan.Stage(firstLayer: first, layers: layers)
        }
        return Plan(
            tensorParallel: tensor, stages: stages,
            shards: Division.shards(of: model, over: tensor, groupSize: groupSize))
    }

    /// The smallest number of chips whose automatic plan fits.
    private func chipsThatWouldDo(capacity: Bytes) -> Int? {
        // Weights and cache divide at best evenly, so this many are needed at least.
        let whole = memory.largest(in: Self.plan(request.model, tensor: 1, pipeline: 1, groupSize: 128)).total.count
        var chips = max(1, (whole + capacity.count - 1) / capacity.count)
        while chips <= 65536 {
            if let plan = automatic(chips: chips), memory.largest(in: plan).total <= capacity { return chips }
            chips += 1
            if chips > request.model.attentionHeads * request.model.layers { return nil }
        }
        return nil
    }

    static func text(_ bytes: Bytes) -> String {
        let gibibytes = Double(bytes.count) / 1_073_741_824
        let tenths = Int((gibibytes * 100).rounded(.up))
        return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100) GiB"
    }
}
