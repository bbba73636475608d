/// What the environment says about how a process was started, before any MPI function is called.
///
/// Without a launcher MPI is never initialised: it would take half a second, and fails where no remote shell is
/// installed.
public struct LaunchEnvironment: Hashable, Sendable {
    /// What starts the processes of a parallel program.
    public enum Launcher: Hashable, Sendable {
        /// Open MPI's mpirun.
        case openMPI
        /// MPICH's mpirun (Hydra).
        case hydra
        /// Slurm's `srun --mpi=pmix`.
        case slurmPMIx
        /// Slurm's `srun --mpi=pmi2`.
        case slurmPMI
        /// Another launcher that speaks PMIx.
        case pmix
        /// Slurm's `srun` with several tasks and no support for MPI: the tasks could not find each other.
        case slurmWithoutMPI
    }

    /// The launcher, or nil if the process was started by itself.
    public let launcher: Launcher?
    /// This process's rank as announced, if it is.
    public let rank: Int?
    /// The number of processes as announced, if it is.
    public let size: Int?

    /// Reads an environment.
    ///
    /// The variables are those of Open MPI (`OMPI_COMM_WORLD_SIZE`), Slurm with PMIx (`PMIX_RANK` with
    /// `SLURM_PROCID`), Hydra and Slurm with PMI (`PMI_RANK`, `PMI_SIZE`). A batch script has `SLURM_PROCID` too, but
    /// only the tasks of `srun` have `SLURM_STEP_NUM_TASKS`. Open MPI comes first: its mpirun may run inside a Slurm
    /// step and then its ranks have the variables of both.
    public init(_ environment: [String: String]) {
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
        let stepTasks = number("SLURM_STEP_NUM_TASKS")
        if environment["OMPI_COMM_WORLD_SIZE"] != nil {
            (launcher, rank, size) = (.openMPI, number("OMPI_COMM_WORLD_RANK"), number("OMPI_COMM_WORLD_SIZE"))
        } else if environment["PMIX_RANK"] != nil && environment["SLURM_PROCID"] != nil {
            (launcher, rank, size) = (.slurmPMIx, number("SLURM_PROCID"), stepTasks ?? number("SLURM_NTASKS"))
        } else if environment["PMI_RANK"] != nil {
            let isSlurm = environment["SLURM_PROCID"] != nil && stepTasks == number("PMI_SIZE")
            (launcher, rank, size) = (isSlurm ? .slurmPMI : .hydra, number("PMI_RANK"), number("PMI_SIZE"))
        } else if environment["PMIX_RANK"] != nil && environment["PMIX_NAMESPACE"] != nil {
            (launcher, rank, size) = (.pmix, number("PMIX_RANK"), nil)
        } else if let stepTasks, stepTasks > 1, environment["SLURM_PROCID"] != nil {
            (launcher, rank, size) = (.slurmWithoutMPI, number("SLURM_PROCID"), stepTasks)
        } else {
            (launcher, rank, size) = (nil, nil, nil)
        }
    }

    /// Refuses a launcher that cannot start programs of a library, where that is certain before MPI_Init.
    ///
    /// - Parameters:
    ///   - library: what the program was linked with.
    ///   - version: its name and version.
    /// - Throws: ``LaunchError``.
    package func check(library: MPILibrary.Family, version: String) throws {
        guard let launcher, size != 1 else { return }
        switch (launcher, library) {
        case (.openMPI, .mpich), (.hydra, .openMPI), (.slurmWithoutMPI, _):
            throw LaunchError(built: library, version: version, launcher: launcher, announced: size)
        default: return
        }
    }

    /// Refuses a world of one where the launcher announced more: the library did not understand the launcher, and as
    /// many independent programs would run.
    ///
    /// - Throws: ``LaunchError``.
    package func check(worldSize: Int, library: MPILibrary.Family, version: String) throws {
        guard let launcher, let size, worldSize == 1, size > 1 else { return }
        throw LaunchError(built: library, version: version, launcher: launcher, announced: size)
    }
}
