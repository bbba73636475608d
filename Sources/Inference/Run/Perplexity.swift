import Documents
import Foundation
import MessagePassing
import Simulation

/// How well a model predicts a text: exp of the mean negative log-likelihood of its tokens.
///
/// The text is cut into windows of a length; nothing is put in front. Each window starts anew and predicts its tokens from
/// the second on; a last, shorter window does the same.
public struct Perplexity {
    /// What is asked for.
    public struct Request: Sendable, Hashable, Codable {
        /// The tokens of the text.
        public var tokens: [Int]
        /// Tokens of a window.
        public var context: Int

        /// A request.
        public init(tokens: [Int], context: Int) {
            self.tokens = tokens
            self.context = context
        }

        /// Checks the text against a model.
        ///
        /// - Throws: ``InputError``: usage for an impossible context, data for a text of fewer than two tokens or numbers
        ///   that are no tokens.
        public func check(_ model: LanguageModel) throws {
            let shape = model.description.shape
            guard (2...shape.maximumPositions).contains(context) else {
                throw InputError(
                    .usage, key: "--context", problem: "found \(context)",
                    expected: "a number from 2 to \(shape.maximumPositions), the context of \(shape.name)")
            }
            guard tokens.count >= 2 else {
                throw InputError(.data, problem: "the text has \(tokens.count) tokens", expected: "at least two")
            }
            if let token = tokens.first(where: { !(0..<shape.vocabularySize).contains($0) }) {
                throw InputError(
                    .data, problem: "\(token) is no token of the model",
                    expected: "numbers from 0 to \(shape.vocabularySize - 1)")
            }
        }

        /// The windows: ranges of tokens.
        var windows: [Range<Int>] {
            stride(from: 0, to: tokens.count, by: context).map { $0..<min($0 + context, tokens.count) }
                .filter { $0.count >= 2 }
        }

        /// What a window runs: all its tokens but the last, which is only predicted.
        func steps(of window: Range<Int>) -> [StepToken] {
            window.dropLast().map { StepToken(sequence: 0, position: $0 - window.lowerBound, token: tokens[$0]) }
        }
    }

    /// What came out, on the coordinator.
    public struct Result: Sendable {
        /// Tokens predicted.
        public var tokens = 0
        /// Windows.
        public var windows = 0
        /// The mean negative log-likelihood of a token, in nats.
        public var meanNegativeLogLikelihood = 0.0

        /// What the simulated chips took for one window of the full length, its last token excepted; nil where they cannot
        /// run the model.
        public var hardware: RunResult?
        /// How far logits agree with those of the reference, where there is one.
        public var agreement: Agreement?

        /// exp of the mean.
        public var perplexity: Double { exp(meanNegativeLogLikelihood) }
    }

    private let transformer: Transformer
    private let request: Request
    private let reference: Transformer?

    /// An evaluation; all ranks have the same request.
    ///
    /// - Parameter reference: another execution, which is given the same tokens and whose logits are compared.
    public init(_ transformer: Transformer, _ request: Request, reference: Transformer? = nil) {
        self.transformer = transformer
        self.request = request
        self.reference = reference
    }

    /// Does it, simulates the same work on the chips, and compares what both counted. Called by all ranks.
    ///
    /// - Parameter progress: called on every rank after each window with the number done and that of all.
    /// - Returns: the result on the coordinator, nil on the others.
    /// - Throws: ``InputError`` (data) on the coordinator where the model's logits are no finite numbers;
    ///   ``CountMismatch`` where the counts differ.
    public func run(_ progress: (Int, Int) -> Void = { _, _ in }) throws -> Result? {
        var result = Result()
        var sum = 0.0
        var agreement = Agreement()
        var compared: [Float] = []
        let windows = request.windows
        for (done, window) in windows.enumerated() {
            let tokens = Array(request.tokens[window])
            let steps = request.steps(of: window)
            let residual = try run(transformer, steps)
            let expected = try reference.map { ($0, try run($0, steps)) }
            try transformer.logits(residual, rows: Array(0..<tokens.count - 1)) { rows, logits in
                sum += Self.negativeLogLikelihood(logits, of: tokens[rows.lowerBound + 1...rows.upperBound])
                if expected != nil { compared += logits }
            }
            if let (reference, residual) = expected {
                let width = transformer.shape.vocabularySize
                try reference.logits(residual, rows: Array(0..<tokens.count - 1)) { rows, logits in
                    let own = Array(compared[rows.lowerBound * width..<rows.upperBound * width])
                    agreement.add(own, reference: logits, vocabulary: width)
                }
                compared.removeAll(keepingCapacity: true)
            }
            result.windows += 1
            result.tokens += tokens.count - 1
            progress(done + 1, windows.count)
        }
        result.hardware = try simulated(windows.map { $0.count - 1 })
        guard transformer.communicator.isCoordinator else { return nil }
        if reference != nil { result.agreement = agreement }
        result.meanNegativeLogLikelihood = sum / Double(max(result.tokens, 1))
        guard result.perplexity.isFinite else {
            throw InputError(
                .data, file: transformer.model.path,
                problem: "the mean negative log-likelihood is \(result.meanNegativeLogLikelihood)",
                expected: "a number whose exp is finite")
        }
        return result
    }

    /// Runs a window in an execution.
    ///
    /// - Returns: the residual vectors behind the last layer.
    private func run(_ transformer: Transformer, _ steps: [StepToken]) throws -> [Float] {
        transformer.start(sequences: 1)
        return try transformer.run(steps, phase: .prefill)
    }

    /// What the chips take for a window, on the coordinator.
    private func simulated(_ lengths: [Int]) throws -> RunResult? {
        var runs: [(result: RunResult, times: Int)] = []
        for length in Set(lengths).sorted(by: >) {
            if let run = try transformer.simulate(prompt: length, generated: 0) {
                runs.append((run, lengths.count { $0 == length }))
            }
        }
        guard let counts = try transformer.allCounts(), let first = runs.first else { return nil }
        try CountCheck(runs: runs, counts: counts).check()
        return first.result
    }

    private static func negativeLogLikelihood(_ logits: [Float], of targets: ArraySlice<Int>) -> Double {
        let width = logits.count / targets.count
        return logits.withUnsafeBufferPointer { logits in
            targets.enumerated().reduce(0.0) { sum, item in
                let row = UnsafeBufferPointer(rebasing: logits[item.offset * width..<(item.offset + 1) * width])
                return sum + VectorUnit.logSumExp(row) - Double(row[item.element])
            }
        }
    }
}
