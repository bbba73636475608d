import Documents
import MessagePassing

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
        /// Seconds that the tokens after the first of each sequence took.
        public var decodeSeconds = 0.0
        /// Steps after the first.
        public var decodeSteps = 0
    }

    private let transformer: Transformer
    private let request: Request

    /// A generation; all ranks have the same request.
    public init(_ transformer: Transformer, _ request: Request) {
        self.transformer = transformer
        self.request = request
    }

    /// Does it. Called by all ranks.
    ///
    /// - Parameter emit: called on the coordinator with the number of a sequence and its next token.
    /// - Returns: the result on the coordinator, nil on the others.
    public func run(_ emit: (Int, Int) -> Void = { _, _ in }) throws -> Result? {
        let communicator = transformer.communicator
        let clock = ContinuousClock()
        let start = clock.now
        var result = Result(sequences: request.prompts.map { Sequence(prompt: $0) })
        result.logits = request.wantsLogits ? request.prompts.map { _ in [] } : []
        var samplers = request.prompts.indices.map { _ in Sampler(request.sampling) }
        transformer.start(sequences: request.prompts.count)
        // The prompts one by one, in pieces, and then one token for each sequence at a time.
        var latest: [[Float]?] = request.prompts.map { _ in nil }
        for (index, prompt) in request.prompts.enumerated() {
            latest[index] = try prefill(index, prompt, &result)
        }
        result.promptSeconds = (clock.now - start) / .seconds(1)
        var active = request.tokens > 0 ? Array(request.prompts.indices) : []
        let decodeStart = clock.now
        for step in 0..<request.tokens {
            var chosen: [Int] = []
            if communicator.isCoordinator {
                chosen = active.map { index in
                    (latest[index] ?? []).withUnsafeBufferPointer { samplers[index].next($0) }
                }
            }
            if communicator.size > 1 { chosen = try communicator.broadcast(chosen, from: 0) }
            var inputs: [StepToken] = []
            for (index, token) in zip(active, chosen) {
                result.sequences[index].tokens.append(token)
                let isEnd = transformer.model.description.endTokens.contains(token)
                result.sequences[index].hasEnded = isEnd
                if communicator.isCoordinator { emit(index, token) }
                if !(isEnd && request.stopsAtEnd) {
                    let position = request.prompts[index].count + step
                    inputs.append(StepToken(sequence: index, position: position, token: token))
                }
            }
            active = inputs.map(\.sequence)
            guard step + 1 < request.tokens, !active.isEmpty else { break }
            let logits = try transformer.logits(transformer.run(inputs), rows: 0..<inputs.count)
            if let logits { store(logits, of: active, &latest, &result) }
            result.decodeSteps += 1
        }
        result.decodeSeconds = (clock.now - decodeStart) / .seconds(1)
        return communicator.isCoordinator ? result : nil
    }

    /// Runs a prompt.
    ///
    /// - Returns: the logits behind its last token, on the coordinator.
    private func prefill(_ index: Int, _ prompt: [Int], _ result: inout Result) throws -> [Float]? {
        var last: [Float]?
        for first in stride(from: 0, to: prompt.count, by: Self.prefillTokens) {
            let range = first..<min(first + Self.prefillTokens, prompt.count)
            let residual = try transformer.run(
                range.map { StepToken(sequence: index, position: $0, token: prompt[$0]) })
            if request.wantsLogits {
                for start in stride(from: 0, to: range.count, by: Self.logitTokens) {
                    let rows = start..<min(start + Self.logitTokens, range.count)
                    if let logits = try transformer.logits(residual, rows: rows) {
                        result.logits[index] += logits
                        last = Array(logits.suffix(transformer.shape.vocabularySize))
                    }
                }
            } else if range.upperBound == prompt.count {
                last = try transformer.logits(residual, rows: range.count - 1..<range.count)
            }
        }
        return last
    }

    private func store(
        _ logits: [Float], of active: [Int], _ latest: inout [[Float]?], _ result: inout Result
    ) {
        let width = transformer.shape.vocabularySize
        for (row, index) in active.enumerated() {
            let values = Array(logits[row * width..<(row + 1) * width])
            if request.wantsLogits { result.logits[index] += values }
            latest[index] = values
        }
    }

    /// Tokens that go through the layers together, and rows of logits that are made together.
    static let (prefillTokens, logitTokens) = (512, 64)
}
