import Accelerator
import Quantization
import Simulation
import Workload

/// All schemes of a model side by side: bits, time, energy and area on two sizes of system; accuracy where it was measured.
///
/// Its JSON form is the document `bitmod-dist.compare-schemes/1`.
public struct SchemeComparison: Sendable, Encodable {
    /// A scheme.
    public struct Row: Sendable, Encodable {
        /// The scheme's name, with options if any, such as `bitmod-4b --prune 0.25`.
        public var scheme: String
        /// The chip that it runs on.
        public var accelerator: String
        /// Why the chip cannot run it, or nil where it can; then there are no systems.
        public var refusal: String?
        /// Bits of all weights of the blocks with all metadata, for each weight; nil where it is refused.
        public var bitsPerWeight: Double?
        /// Bits per weight that the method's paper puts first, where they leave something out.
        public var headlineBits: Double?
        /// Cycles of a PE for four weights, or nil on other PEs.
        public var cyclesPerStep: Int?
        /// Units beside the PEs.
        public var sideUnits: [SideUnit]
        /// Area of a chip with these units.
        public var areaSquareMillimeters: Double?
        /// Perplexity of a real model with weights-only quantisation, where it was measured.
        public var perplexity: Double?
        /// The same with statistics of activations.
        public var calibratedPerplexity: Double?
        /// What weights-only quantisation is here.
        public var withoutCalibration: String?
        /// Time and energy, by size of the system.
        public var systems: [System]
    }

    /// A system of equal chips.
    public struct System: Sendable, Encodable {
        /// Its chips.
        public var chips: Int
        /// From the prompt to the first token.
        public var timeToFirstTokenSeconds: Double
        /// Of each token behind it.
        public var timePerOutputTokenSeconds: Double?
        /// Of all chips, prefill included, for each decoded token.
        public var energyPerTokenJoules: Double?
        /// Of that the units beside the PEs.
        public var sideUnitEnergyPerTokenJoules: Double?

        /// The figures of a run with operators.
        public init(_ result: RunResult) {
            chips = result.plan.chips
            let summary = RunSummary(result, chip: result.request.chip)
            timeToFirstTokenSeconds = result[.prefill].latency.seconds
            timePerOutputTokenSeconds = summary.timePerOutputTokenSeconds
            energyPerTokenJoules = summary.energyPerTokenJoules
            let units = result.request.chip.sideUnits
            var energy = 0.0
            for phase in PhaseStep.Phase.allCases {
                for row in result[phase].operators {
                    let chips = result.classOfChip.count { $0 == row.chipClass }
                    energy += units.energy(of: row.side).joules * Double(chips)
                }
            }
            sideUnitEnergyPerTokenJoules = result.decodedTokens > 0 ? energy / Double(result.decodedTokens) : nil
        }
    }

    /// Where perplexities come from.
    public struct Measurement: Sendable, Encodable {
        /// The model that was run.
        public var model: String
        /// The text.
        public var text: String
        /// Its tokens.
        public var tokens: Int
    }

    let schema = "bitmod-dist.compare-schemes/1"
    /// The model whose time and energy are simulated.
    public var model: String
    /// What each run does.
    public var promptTokens: Int
    /// Decode steps.
    public var generatedTokens: Int
    /// Sequences.
    public var batch: Int
    /// The network.
    public var topology: String
    /// What perplexities are of, where there are any.
    public var measurement: Measurement?
    /// The schemes.
    public var rows: [Row]
    /// Figures of papers, never mixed with measured ones.
    public var published = PublishedAccuracy.all

    /// A comparison without rows.
    public init(_ request: RunRequest, measured: MeasuredSchemes?) {
        model = request.model.name
        promptTokens = request.promptTokens
        generatedTokens = request.generatedTokens
        batch = request.batch
        topology = request.fabric.name
        measurement = measured.map { Measurement(model: $0.model, text: $0.text, tokens: $0.tokens) }
        rows = []
    }

    /// Adds a scheme.
    ///
    /// - Parameters:
    ///   - label: its name, with options if any.
    ///   - refusal: why the chip cannot run it; then there are no results.
    ///   - results: runs with operators, by size of the system.
    public mutating func add(
        _ label: String, _ request: RunRequest, refusal: String?, results: [RunResult], measured: MeasuredSchemes?
    ) {
        let scheme = request.scheme
        let found = measured?.schemes.first { $0.scheme == label }
        let isBitSerial = request.accelerator.processingElement == .bitSerial
        rows.append(
            Row(
                scheme: label, accelerator: request.accelerator.name, refusal: refusal,
                bitsPerWeight: refusal == nil ? Self.bitsPerWeight(request) : nil, headlineBits: scheme.headlineBits,
                cyclesPerStep: isBitSerial ? scheme.cyclesPerStep : nil,
                sideUnits: isBitSerial ? scheme.sideUnits : [],
                areaSquareMillimeters: refusal == nil ? request.chip.areaSquareMillimeters : nil,
                perplexity: found?.perplexity, calibratedPerplexity: found?.calibratedPerplexity,
                withoutCalibration: scheme.withoutCalibration, systems: results.map(System.init)))
    }

    /// Bits of a block's matrices over their weights.
    private static func bitsPerWeight(_ request: RunRequest) -> Double {
        let model = request.model.ofPrunedLayers ?? request.model
        let shard = ShardShape(whole: model)
        var (bits, weights) = (0, 0)
        for matrix in model.weightMatrices(shard: shard, isMixture: model.isMixture(layer: model.layers - 1)) {
            bits += matrix.count * request.scheme.storage.bits(rows: matrix.outputs, columns: matrix.inputs)
            weights += matrix.count * matrix.outputs * matrix.inputs
        }
        return Double(bits) / Double(weights)
    }
}

/// Perplexities that `scripts/scheme-study` has measured: the document `bitmod-dist.measured/1`.
public struct MeasuredSchemes: Sendable, Codable {
    /// A scheme.
    public struct Entry: Sendable, Codable {
        var scheme: String
        var perplexity: Double?
        var calibratedPerplexity: Double?
    }

    /// What the document is.
    public var schema: String
    var model: String
    var text: String
    var tokens: Int
    var schemes: [Entry]

    /// What `schema` must be.
    public static let expectedSchema = "bitmod-dist.measured/1"
}
