import Units

/// What is assumed of messages and of the chips that send them; part of a topology file, each with an option.
public struct NetworkAssumptions: Hashable, Sendable, Codable {
    /// How a message passes a vertex on its way.
    public enum Switching: String, Hashable, Sendable, Codable, CaseIterable {
        /// Its head goes on as soon as the next link is free; it waits as a whole where that is not.
        case cutThrough = "cut-through"
        /// It goes on once it is there as a whole.
        case storeAndForward = "store-and-forward"
    }

    /// How times are found.
    public enum Evaluator: String, Hashable, Sendable, Codable, CaseIterable {
        /// Message by message as if no two ways shared a link: α–β costs.
        case closedForm = "closed-form"
        /// Events over links: first come, first served.
        case event
    }

    /// How a message passes a vertex.
    public var switching: Switching
    /// What a chip takes before it acts on its arrival at the exchange, and on the messages of each round.
    public var endpointDelay: Picoseconds
    /// Bytes per second at which a chip adds what it receives: two reads and a write for each byte; nil for no time.
    public var reductionBytesPerSecond: Double?
    /// Parts of the vector that go through the algorithm one after the other.
    public var chunks: Int
    /// Parts that are on their way at the same time.
    public var chunksInFlight: Int
    /// The algorithm, or nil for the fastest one.
    public var algorithm: Algorithm?
    /// The evaluator, or nil for the closed form where no link is shared and events elsewhere.
    public var evaluator: Evaluator?

    /// Creates assumptions; by default the textbook's.
    public init(
        switching: Switching = .cutThrough, endpointDelay: Picoseconds = .zero,
        reductionBytesPerSecond: Double? = nil, chunks: Int = 1, chunksInFlight: Int = 1,
        algorithm: Algorithm? = nil, evaluator: Evaluator? = nil
    ) {
        self.switching = switching
        self.endpointDelay = endpointDelay
        self.reductionBytesPerSecond = reductionBytesPerSecond
        self.chunks = chunks
        self.chunksInFlight = chunksInFlight
        self.algorithm = algorithm
        self.evaluator = evaluator
    }

    /// The time that a chip takes to add a message to what it has, rounded up.
    func reductionTime(of bytes: Int) -> Picoseconds {
        guard let rate = reductionBytesPerSecond else { return .zero }
        return .ofMoving(Bytes(3 * bytes), atBytesPerSecond: rate)
    }
}
