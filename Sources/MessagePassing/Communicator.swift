/// The ranks of a program and the operations between them.
///
/// A rank is one process, or one thread in tests. Every rank holds one communicator and uses it from one thread.
/// ``MPICommunicator``, ``SingleProcessCommunicator`` and the threads of the test support behave alike and pass the
/// same tests; code that takes `any Communicator` does not know which one it has.
///
/// **Collectives** (everything but send and receive) are called by all ranks in the same order. Debug builds check
/// before each one that all ranks call the same operation with the same root, element type and, where it must be
/// equal, count; a difference is thrown on every rank as ``CommunicationError/disagreement(_:)``. Release builds do
/// not check, and then a difference is undefined: a hang or a wrong result.
///
/// **Order.** Messages from one rank to another with one tag are received in the order in which they were sent. Sums
/// of floating-point numbers are taken in the order of ranks, ((r0 + r1) + r2) + ..., whatever the library
/// underneath and whatever the count, so two runs with one number of ranks give the same bits. Not promised: the same
/// bits with another number of ranks, which cuts the data differently. Who needs that adds in an order of global
/// indices, for example from ``allGather(_:)``.
///
/// **Memory.** Elements are copied byte by byte and must mean the same on every rank: no pointers, and one
/// architecture. There is no limit on the length of a message.
public protocol Communicator {
    /// This rank, from 0.
    var rank: Int { get }

    /// The number of ranks, at least 1.
    var size: Int { get }

    // MARK: Point to point

    /// Starts to send values and returns at once; the values are copied.
    ///
    /// - Parameters:
    ///   - values: any number of them, also none.
    ///   - destination: a rank, which may be this one.
    ///   - tag: one of ``MessageTag/range``.
    /// - Throws: ``CommunicationError`` for a rank or tag that does not exist.
    func startSend<T: BitwiseCopyable>(_ values: [T], to destination: Int, tag: Int) throws -> PendingSend

    /// Sends values and returns when they need no memory of the sender any more.
    ///
    /// May wait until the other rank receives: two ranks that both send first and then receive may wait for ever. Use
    /// ``startSend(_:to:tag:)`` for an exchange, or where a rank sends to itself.
    func send<T: BitwiseCopyable>(_ values: [T], to destination: Int, tag: Int) throws

    /// Takes the next message of a rank and tag that is not yet taken, without waiting for it.
    ///
    /// Messages are given to receives in the order in which the receives were started, not waited for.
    func startReceive<T: BitwiseCopyable>(_ type: T.Type, from source: Int, tag: Int) throws -> PendingReceive<T>

    /// Waits for a message with a tag from any rank.
    ///
    /// The order in which ranks are found depends on time: for farms of independent work, never for results that
    /// depend on it.
    ///
    /// - Returns: a rank whose next message with this tag has come and can be received without waiting.
    func awaitMessage(tag: Int) throws -> Int

    /// Looks for a message with a tag from any rank, without waiting: for a rank that has something else to do.
    ///
    /// - Returns: a rank whose next message with this tag has come and can be received without waiting, or nil.
    func pollMessage(tag: Int) throws -> Int?

    // MARK: Collectives

    /// Waits until every rank has called it.
    func barrier() throws

    /// Gives every rank the values of one.
    ///
    /// - Parameters:
    ///   - values: looked at on `root` only.
    ///   - root: the rank that has the values.
    /// - Returns: the root's values, on every rank.
    func broadcast<T: BitwiseCopyable>(_ values: [T], from root: Int) throws -> [T]

    /// Gives one rank the values of all, of which each may have another number.
    ///
    /// - Returns: on `root` the values by rank, `[ranks x that rank's count]`; nil on the others.
    func gather<T: BitwiseCopyable>(_ values: [T], at root: Int) throws -> [[T]]?

    /// Gives every rank the values of all, of which each may have another number.
    ///
    /// - Returns: the values by rank, `[ranks x that rank's count]`.
    func allGather<T: BitwiseCopyable>(_ values: [T]) throws -> [[T]]

    /// Gives each rank its part of everyone's values.
    ///
    /// - Parameter parts: one list for each rank, of any length: `parts[j]` goes to rank j.
    /// - Returns: one list from each rank: element i came from rank i.
    func allToAll<T: BitwiseCopyable>(_ parts: [[T]]) throws -> [[T]]

    /// Combines the values of all ranks element by element and gives one rank the result.
    ///
    /// - Parameters:
    ///   - values: the same number on every rank.
    ///   - operation: sums of integers wrap around; see ``ReductionOperation``.
    ///   - root: the rank that gets the result.
    /// - Returns: as many values on `root`; nil on the others.
    func reduce<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation, at root: Int) throws -> [T]?

    /// Combines the values of all ranks element by element and gives every rank the result.
    ///
    /// - Returns: as many values as each rank gave.
    func allReduce<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation) throws -> [T]

    /// Combines the values of all ranks element by element and gives each rank one block of the result.
    ///
    /// - Parameter values: the same number on every rank.
    /// - Returns: this rank's block of ``BlockPartition``.
    func reduceScatter<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation) throws -> [T]

    /// Gives every rank the values of all, of which each has the same number; unchecked, also in debug builds.
    ///
    /// The building block of the checks; use ``allGather(element:)`` or ``allGather(_:)``.
    ///
    /// - Returns: the values in the order of ranks, `[ranks * count]`.
    func exchangeEqualCounts<T: BitwiseCopyable>(_ values: [T]) throws -> [T]
}

extension Communicator {
    /// Whether this rank reads the input and writes the reports: rank 0.
    public var isCoordinator: Bool { rank == 0 }
}

/// The numbers that tell messages between the same two ranks apart.
public enum MessageTag {
    /// What a program may use. The MPI standard guarantees 0 to 32,767; the upper half is kept for collectives.
    public static let range = 0...16_383

    static let collective = 16_384
    static let exchange = 16_385
    static let failureNotice = 16_386
    static let all = 0...failureNotice
}
