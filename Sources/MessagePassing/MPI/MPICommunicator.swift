internal import CMPI

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The ranks of an MPI program: one process each.
///
/// Made by ``ParallelProgram``; used on the thread that initialised MPI, which debug builds check. Every operation is
/// started without blocking and then looked at until it has completed, which lets a waiting rank give its core away
/// (``Backoff``), take messages that were started before, and hear of another rank's failure.
public final class MPICommunicator: Communicator {
    /// This process.
    public let rank: Int
    /// The number of processes.
    public let size: Int

    /// What the program's own messages and collectives use.
    let world: CMPIComm
    /// A copy of the world for the end of the program and for notices of failure, which must not be taken for others.
    let control: CMPIComm
    /// The most bytes in one call, well inside a 32-bit count.
    let partLimit: Int

    /// Receives that have not completed, in the order in which they were started.
    var incoming: [IncomingMessage] = []
    /// The memory of sends that nobody has waited for.
    var outgoing: [ObjectIdentifier: Staging] = [:]
    /// Receives that nobody has waited for.
    var unfinishedReceives = 0
    /// Why no operation is possible any more.
    var stop: (any Error)?
    /// Memory of operations that will never complete: the library may still touch it, so it is never freed.
    private var abandoned: [Any] = []
    private let thread = pthread_self()

    static let defaultPartLimit = 1 << 30

    init(world: CMPIComm, partLimit: Int) throws {
        precondition((1...Int(Int32.max)).contains(partLimit))
        var rank: Int32 = 0
        var size: Int32 = 0
        try MPIError.check("MPI_Comm_rank", cmpi_comm_rank(world, &rank))
        try MPIError.check("MPI_Comm_size", cmpi_comm_size(world, &size))
        var control = world
        var request = cmpi_request_null()
        // The blocking form would spin (see Backoff).
        try MPIError.check("MPI_Comm_idup", cmpi_comm_idup(world, &control, &request))
        var backoff = Backoff(maySleep: true)
        while try !Self.hasCompleted(&request) { backoff.pause() }
        self.rank = Int(rank)
        self.size = Int(size)
        self.world = world
        self.control = control
        self.partLimit = partLimit
    }

    // MARK: Waiting

    /// Looks at an operation once.
    static func hasCompleted(_ request: inout CMPIRequest) throws -> Bool {
        var flag: Int32 = 0
        try MPIError.check("MPI_Test", cmpi_test(&request, &flag))
        return flag != 0
    }

    /// Starts an operation and waits until it has completed.
    ///
    /// - Parameters:
    ///   - bytes: what this rank moves, roughly.
    ///   - storage: all memory that the operation uses.
    ///   - start: calls the library.
    func perform(
        _ function: StaticString, bytes: Int, keeping storage: [Any], start: (inout CMPIRequest) -> Int32
    ) throws {
        try checkUsable()
        var request = cmpi_request_null()
        try MPIError.check(function, start(&request))
        do {
            try wait(bytes: bytes) { try Self.hasCompleted(&request) }
        } catch {
            abandon(storage)
            throw error
        }
    }

    /// Waits until something is so, with all that a waiting rank does.
    ///
    /// - Parameter bytes: what the rank waits for, roughly: it sleeps only while little moves.
    func wait(bytes: Int, until isDone: () throws -> Bool) throws {
        var backoff = Backoff(maySleep: bytes < 1 << 16)
        while try !isDone() {
            try advanceIncoming()
            if rank == 0 && backoff.isPatient { try noticeFailures() }
            if try isDone() { return }
            backoff.pause()
        }
    }

    /// Throws if no operation is possible any more.
    func checkUsable() throws {
        assert(pthread_equal(thread, pthread_self()) != 0, "an MPI communicator was used on another thread")
        if let stop { throw stop }
    }

    /// Throws if an operation was started that nobody waited for.
    func checkFinished() throws {
        guard outgoing.isEmpty && unfinishedReceives == 0 else {
            throw CommunicationError.unfinished(sends: outgoing.count, receives: unfinishedReceives)
        }
    }

    /// Keeps the memory of an operation that will never complete.
    func abandon(_ storage: Any) { abandoned.append(storage) }

    /// On rank 0: throws the failure of a rank that cannot go on, so that this one does not wait for it.
    func noticeFailures() throws {
        guard let notice = try FailureNotice.receive(on: control, from: nil) else { return }
        stop = notice
        throw notice
    }
}
