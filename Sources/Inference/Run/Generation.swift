import Documents
import MessagePassing
import Simulation

/// Continues prompts token by token.
public struct Generation {
    /// What is asked for.
    public struct Request: Sendable, Hashable, Codable {
        /// The tokens of each prompt, at least one each.
        public var prompts: [[Int]]
        /// Tokens to add to each.
        public var tokens: Int
        /// Whether the tokens that end an answer end it.
        public var stopsAtEnd: Bool
        /// How tokens are chosen.
        public var sampling: Sampler.Options
        /// Whether the logits of every position are wanted.
        public var wantsLogits: Bool

        /// A request.
        public init(
            prompts: [[Int]], tokens: Int, stopsAtEnd: Bool = true, sampling: Sampler.Options = .init(),
            wantsLogits: Bool = false
        ) {
            self.prompts = prompts
            self.tokens = tokens
            self.stopsAtEnd = stopsAtEnd
            self.sampling = sampling
            self.wantsLogits = wantsLogits
        }

        /// Checks the prompts against a model.
        ///
        /// - Throws: ``InputError`` (data) for an empty prompt, numbers that are no tokens, or too long a text.
        public func check(_ model: LanguageModel) throws {
            let shape = model.description.shape
            for prompt in prompts {
                guard !prompt.isEmpty else {
                    throw InputError(.data, problem: "the prompt has no token", expected: "at least one")
                }
                if let token = prompt.first(where: { !(0..<shape.vocabularySize).contains($0) }) {
                    throw InputError(
                        .data, problem: "\(token) is no token of the model",
                        expected: "numbers from 0 to \(shape.vocabularySize - 1)")
                }
                guard prompt.count + tokens <= shape.maximumPositions else {
                    throw InputError(
                        .usage, key: "--tokens",
                        problem: "a prompt of \(prompt.count) tokens and \(tokens) more exceed the model's context",
                        expected: "at most \(shape.maximumPositions) together")
                }
            }
        }
    }

    /// What came out for one prompt.
    public struct Sequence: Sendable, Hashable {
        /// The tokens of the prompt.
        public var prompt: [Int]
        /// The tokens added.
        public var tokens: [Int] = []
        /// Whether the last of them ends the answer.
        public var hasEnded = false
    }

    /// Everything that came out, on the coordinator.
    public struct Result: Sendable {
        /// The sequences in the order of the prompts.
        public var sequences: [Sequence]
        /// Logits of every position that was run, where they were asked for: for each prompt [positions x vocabulary].
        public var logits: [[Float]] = []
        /// Seconds that the prompts took.
        public var promptSeconds = 0.0
        /// What the simulated chips took for this; nil where they cannot run the model.
        public var hardware: RunResult?
        /// How far the logits of the last prompt token and of those after it agree with the reference, where there is one.
        public var agreement: Agreement?
        /// Seconds that the tokens after the first of each sequence took.
        public var decodeSeconds = 0.0
        /// Steps after the first.
        public var decodeSteps = 0
    }

    private let transformer: Transformer
    private let request: Request
    private let reference: Transformer?

    /// A generation; all ranks have the same request.
    ///
    /// - Parameter reference: another execution, which is given the same tokens and whose logits are compared.
    public init(_ transformer: Transformer, _ request: Request, reference: Transformer? = nil) {
        self.transformer = transformer
        self.request = request
        self.reference = reference
    }

    /// Does it, simulates the same work on the chips, and compares what both counted. Called by all ranks.
    ///
    /// All sequences take part in all steps until the last of them has ended, as in a static batch.
    ///
    /// - Parameter emit: called on the coordinator with the number of a sequence and its next token.
    /// - Returns: the result on the coordinator, nil on the others.
    /// - Throws: ``CountMismatch`` where the counts differ.
    public func run(_ emit: (Int, Int) -> Void = { _, _ in }) throws -> Result? {
        let communicator = transformer.communicator
        let clock = ContinuousClock()
        let start = clock.now
        var result = Result(sequences: request.prompts.map { Sequence(prompt: $0) })
        result.logits = request.wantsLogits ? request.prompts.map { _ in [] } : []
        var samplers = request.prompts.indices.map { index in
            Sampler(request.sampling.with(seed: request.sampling.seed &+ UInt64(index)))
        }
        transformer.start(sequences: request.prompts.count)
        var latest = try prefill(&result)
        // By sequence, the logits that are compared.
        var compared = reference == nil ? [] : latest
        result.promptSeconds = (clock.now - start) / .seconds(1)
        let decodeStart = clock.now
        var fed: [[Int]] = request.prompts.map { _ in [] }
        for step in 0..<request.tokens {
            var chosen: [Int] = []
            if communicator.isCoordinator {
                chosen = latest.indices.map { index in
                    latest[index].withUnsafeBufferPointer { samplers[index].next($0) }
                }
            }
            if communicator.size > 1 { chosen = try communicator.broadcast(chosen, from: 0) }
            var isRunning = false
            for (index, token) in chosen.enumerated() {
                guard !(result.sequences[index].hasEnded && request.stopsAtEnd) else { continue }
                result.sequences[index].tokens.append(token)
                result.sequences[index].hasEnded = transformer.model.description.endTokens.contains(token)
                if communicator.isCoordinator { emit(index, token) }
                if !(result.sequences[index].hasEnded && request.stopsAtEnd) { isRunning = true }
            }
            guard step + 1 < request.tokens, isRunning else { break }
            let inputs = chosen.enumerated().map { index, token in
                StepToken(sequence: index, position: request.prompts[index].count + step, token: token)
            }
            for (index, token) in chosen.enumerated() { fed[index].append(token) }
            let residual = try transformer.run(inputs, phase: .decode)
            try transformer.logits(residual, rows: Array(inputs.indices)) { range, logits in
                for (index, row) in zip(range, rows(of: logits)) {
                    latest[index] = row
                    if reference != nil { compared[index] += row }
                    let hasEnded = result.sequences[index].hasEnded && request.stopsAtEnd
                    if request.wantsLogits, !hasEnded { result.logits[index] += row }
                }
            }
            result.decodeSteps += 1
        }
        result.decodeSeconds = (clock.now - decodeStart) / .seconds(1)
        result.hardware = try simulated(decodeSteps: result.decodeSteps)
        if let reference { result.agreement = try agreement(with: reference, compared, inputs: fed) }
        return communicator.isCoordinator ? result : nil
    }

    /// Runs the reference with the same tokens and compares logits, on the coordinator.
    ///
    /// - Parameters:
    ///   - logits: by sequence, of the last prompt token and of those after it.
    ///   - inputs: by sequence, the tokens after the prompt that were run.
    private func agreement(
        with reference: Transformer, _ logits: [[Float]], inputs: [[Int]]
    ) throws -> Agreement? {
        var agreement = Agreement()
        let width = transformer.shape.vocabularySize
        reference.start(sequences: request.prompts.count)
        for (index, prompt) in request.prompts.enumerated() {
            let tokens = prompt + inputs[index]
            let residual = try reference.run(
                tokens.enumerated().map { StepToken(sequence: index, position: $0, token: $1) }, phase: .prefill)
            try reference.logits(residual, rows: Array(prompt.count - 1..<tokens.count)) { range, rows in
                let own = Array(logits[index][range.lowerBound * width..<range.upperBound * width])
                agreement.add(own, reference: rows, vocabulary: width)
            }
        }
        return transformer.communicator.isCoordinator ? agreement : nil
    }

    /// Runs all prompts together.
    ///
    /// - Returns: the logits behind the last token of each, on the coordinator.
    private func prefill(_ result: inout Result) throws -> [[Float]] {
        let inputs = request.prompts.enumerated().flatMap { index, prompt in
            prompt.enumerated().map { StepToken(sequence: index, position: $0, token: $1) }
        }
        let residual = try transformer.run(inputs, phase: .prefill)
        let last = inputs.indices.filter { $0 + 1 == inputs.count || inputs[$0 + 1].sequence != inputs[$0].sequence }
        let wanted = request.wantsLogits ? Array(inputs.indices) : last
        var latest: [[Float]] = []
        try transformer.logits(residual, rows: wanted) { range, logits in
            for (token, row) in zip(wanted[range], rows(of: logits)) {
                if request.wantsLogits { result.logits[inputs[token].sequence] += row }
                if last.contains(token) { latest.append(row) }
            }
        }
        return latest
    }

    private func rows(of logits: [Float]) -> [[Float]] {
        let width = transformer.shape.vocabularySize
        return stride(from: 0, to: logits.count, by: width).map { Array(logits[$0..<$0 + width]) }
    }

    /// What the chips take, on the coordinator. Prompts of different lengths are no run that can be simulated.
    private func simulated(decodeSteps: Int) throws -> RunResult? {
        let lengths = Set(request.prompts.map(\.count))
        guard lengths.count == 1, let length = lengths.first else { return nil }
        let result = try transformer.simulate(prompt: length, generated: decodeSteps)
        guard let counts = try transformer.allCounts(), let result else { return nil }
        try CountCheck(runs: [(result, 1)], counts: counts).check()
        return result
    }
}
