internal import CMPI

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The time between MPI_Init and MPI_Finalize.
final class MPISession {
    let communicator: MPICommunicator

    private init(_ communicator: MPICommunicator) { self.communicator = communicator }

    /// Initialises MPI on the calling thread, which must be the main one.
    ///
    /// - Throws: ``LaunchError`` or ``MPIError``; MPI is finalised then.
    static func start(_ launch: LaunchEnvironment, partLimit: Int) throws -> MPISession {
        let version = MPILibrary.version, family = MPILibrary.family
        try launch.check(library: family, version: version)
        // Open MPI reads it in MPI_Init: with 1 every look at an operation would give the core away, which costs a
        // time slice for each beside a computing process (see Backoff, which does this better: 0.5 instead of 7 ms
        // for a barrier of 8 ranks on 2 cores; without such a process the same). What the user has set wins.
        setenv("OMPI_MCA_mpi_yield_when_idle", "0", 0)
        var provided: Int32 = 0
        try MPIError.check("MPI_Init_thread", cmpi_init_thread(cmpi_thread_funneled(), &provided))
        do {
            let world = cmpi_comm_world()
            // Copies inherit it. Without it an error ends the process inside the library.
            try MPIError.check("MPI_Comm_set_errhandler", cmpi_comm_errors_return(world))
            var size: Int32 = 0
            try MPIError.check("MPI_Comm_size", cmpi_comm_size(world, &size))
            try launch.check(worldSize: Int(size), library: family, version: version)
            return MPISession(try MPICommunicator(world: world, partLimit: partLimit))
        } catch {
            try? finalize()
            throw error
        }
    }

    /// Ends MPI; every rank must do so.
    func finish() throws {
        communicator.stop = CommunicationError.ended
        var control = communicator.control
        try MPIError.check("MPI_Comm_free", cmpi_comm_free(&control))
        try Self.finalize()
    }

    /// Ends all ranks at once, without waiting for any.
    func abort(exitCode: Int32) -> Never {
        fflush(nil)
        _ = cmpi_abort(communicator.world, exitCode)
        _exit(exitCode)
    }

    private static func finalize() throws {
        try MPIError.check("MPI_Finalize", cmpi_finalize())
    }
}
