import Accelerator
import Documents
import Simulation
import Workload

/// A run in published fidelity, fully resolved, as a value that can be stored and sent.
public struct PublishedRequest: Hashable, Sendable, Codable {
    /// The model.
    public var model: TransformerModel
    /// The name of one of the paper's accelerators.
    public var accelerator: String
    /// The part of the work.
    public var task: PublishedTask
    /// Tokens of the prompt and of the cache.
    public var context: Int
    /// Decode steps of the generative task.
    public var decodeSteps: Int
    /// PE rows, or nil for the paper's.
    public var arrayRows: Int?
    /// PE columns, or nil for the paper's.
    public var arrayColumns: Int?
    /// Bits per weight, or nil for the paper's.
    public var weightBits: Double?

    /// Creates a request.
    public init(
        model: TransformerModel, accelerator: String, task: PublishedTask, context: Int, decodeSteps: Int,
        array: (rows: Int, columns: Int)? = nil, weightBits: Double? = nil
    ) {
        self.model = model
        self.accelerator = accelerator
        self.task = task
        self.context = context
        self.decodeSteps = decodeSteps
        arrayRows = array?.rows
        arrayColumns = array?.columns
        self.weightBits = weightBits
    }

    /// Runs it.
    ///
    /// - Throws: ``InputError`` where the paper gives no figures for it.
    public func run() throws -> PublishedRun {
        guard let known = PublishedAccelerator.named(accelerator) else {
            throw InputError(
                .usage, key: "--accelerator", problem: "found \"\(accelerator)\" with --model-fidelity published",
                expected: "one of \(PublishedAccelerator.all.map(\.name).joined(separator: ", "))")
        }
        let array = arrayRows.flatMap { rows in arrayColumns.map { (rows: rows, columns: $0) } }
        return try PublishedRun(
            model, on: known, task: task, context: context, decodeSteps: decodeSteps, array: array,
            weightBits: weightBits)
    }
}
