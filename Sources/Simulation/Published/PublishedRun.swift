import Accelerator
import Documents
import Workload

/// A run of the authors' released analytical model: one chip, one task.
public struct PublishedRun: Sendable {
    /// The constants of one part of a task: array and weight bits differ between prefill and decode.
    public struct Pass: Sendable {
        /// Discriminative or decode step.
        public var task: PublishedTask
        /// How often it is run.
        public var repetitions: Int
        /// PE rows and columns.
        public var array: (rows: Int, columns: Int)
        /// Bits per weight.
        public var weightBits: Double
        /// Cycles that the array takes for a tile.
        public var cyclesPerTile: Int
        /// Every kind of product with its cost.
        public var rows: [(gemm: PublishedGEMM, cost: PublishedCost)]

        /// Cycles of one run.
        public var latencyCycles: Int { rows.reduce(0) { $0 + $1.gemm.count * $1.cost.latencyCycles } }

        /// A sum over all layers of one run, added layer by layer as the released simulator does.
        public func sum(_ value: (PublishedCost) -> Double) -> Double {
            var sum = 0.0
            for row in rows { for _ in 0..<row.gemm.count { sum += value(row.cost) } }
            return sum
        }
    }

    /// The model.
    public let model: TransformerModel
    /// The accelerator.
    public let accelerator: PublishedAccelerator
    /// The task.
    public let task: PublishedTask
    /// Tokens of the context.
    public let context: Int
    /// Its parts in order.
    public let passes: [Pass]

    /// Runs the model.
    ///
    /// - Parameters:
    ///   - context: tokens of the prompt, and of the cache in a decode step; the paper has 256.
    ///   - decodeSteps: decode steps of the generative task; the paper has 20.
    ///   - array: PE rows and columns, or nil for the paper's.
    ///   - weightBits: bits per weight, or nil for the paper's.
    /// - Throws: ``InputError`` where the paper gives no weight bits for the model, or no buffer port fits.
    public init(
        _ model: TransformerModel, on accelerator: PublishedAccelerator, task: PublishedTask, context: Int = 256,
        decodeSteps: Int = 20, array: (rows: Int, columns: Int)? = nil, weightBits: Double? = nil
    ) throws {
        self.model = model
        self.accelerator = accelerator
        self.task = task
        self.context = context
        if model.pruning != nil {
            throw InputError(
                .usage, key: "--model-fidelity", problem: "the published model knows no layers of different shapes",
                expected: "tile fidelity, or no pruning")
        }
        if model.mixtureOfExperts != nil {
            throw InputError(
                .usage, key: "--model-fidelity", problem: "the published model knows no mixture of experts",
                expected: "tile fidelity, or a dense model")
        }
        let parts: [(PublishedTask, Int)] =
            switch task {
            case .generative: [(.discriminative, 1), (.decodeStep, decodeSteps)]
            default: [(task, 1)]
            }
        passes = try parts.filter { $0.1 > 0 }.map { part, repetitions in
            guard let bits = weightBits ?? accelerator.weightBits(task: part, model: model.name) else {
                throw InputError(
                    .usage, key: "--weight-bits",
                    problem: "the paper gives no weight bits for \(model.name) on \(accelerator.name)",
                    expected:
                        "bits per weight such as 4.0625, or one of \(PublishedAccelerator.models.joined(separator: ", "))"
                )
            }
            let array = array ?? accelerator.array(task: part)
            guard let chip = PublishedModel(accelerator, array: array, weightBits: bits) else {
                let ports = PublishedModel.portBits(accelerator, array: array, weightBits: bits)
                throw InputError(
                    .usage, key: "--pe-array",
                    problem: "a \(array.rows)x\(array.columns) array at \(bits) bits reads \(ports.weight) and "
                        + "\(ports.input) bits per access, for which there is no CACTI run",
                    expected: "widths of \(SRAMTable.widths.map(String.init).joined(separator: ", ")) bits")
            }
            let gemms = model.publishedGEMMs(task: part, context: context)
            return Pass(
                task: part, repetitions: repetitions, array: array, weightBits: bits,
                cyclesPerTile: chip.cyclesPerTile, rows: gemms.map { ($0, chip.cost(of: $0)) })
        }
    }

    /// Cycles of the whole task.
    public var latencyCycles: Int { passes.reduce(0) { $0 + $1.repetitions * $1.latencyCycles } }

    /// A sum over the whole task.
    public func sum(_ value: (PublishedCost) -> Double) -> Double {
        passes.reduce(0) { $0 + Double($1.repetitions) * $1.sum(value) }
    }

    /// Energy of the chip in picojoules.
    public var onChipEnergyPicojoules: Double { sum(\.onChipEnergyPicojoules) }

    /// Energy of chip and DRAM in picojoules.
    public var energyPicojoules: Double { sum(\.onChipEnergyPicojoules) + sum(\.dramEnergyPicojoules) }
}

extension TransformerModel {
    /// The products of a task as the released simulator lists them: linear layers in the checkpoint's order, head, scores,
    /// values.
    public func publishedGEMMs(task: PublishedTask, context: Int) -> [PublishedGEMM] {
        let queries = task == .discriminative ? context : 1
        let names = LayerNames(family: family)
        let query = attentionHeads * headDimension
        let key = kvHeads * headDimension
        func linear(_ name: String, _ outputs: Int, _ inputs: Int, count: Int? = nil) -> PublishedGEMM {
            .linear(name, count: count ?? layers, outputs: outputs, inputs: inputs, tokens: queries)
        }
        let q = linear(names.queryKeyValue.query, query, hiddenSize)
        let k = linear(names.queryKeyValue.key, key, hiddenSize)
        let v = linear(names.queryKeyValue.value, key, hiddenSize)
        let network =
            (feedForward == .gated ? [linear(names.feedForward.gate, intermediateSize, hiddenSize)] : [])
            + [
                linear(names.feedForward.up, intermediateSize, hiddenSize),
                linear(names.feedForward.down, hiddenSize, intermediateSize),
            ]
        return (family == "opt" ? [k, v, q] : [q, k, v]) + [linear(names.output, hiddenSize, query)] + network + [
            linear("lm_head", vocabularySize, hiddenSize, count: 1),
            .attentionScores(
                count: layers, hidden: hiddenSize, heads: attentionHeads, kvHeads: kvHeads, queries: queries),
            .attentionValues(
                count: layers, hidden: hiddenSize, heads: attentionHeads, kvHeads: kvHeads, context: context,
                queries: queries),
        ]
    }
}
