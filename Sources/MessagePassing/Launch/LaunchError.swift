/// A launcher that the program's message-passing library does not understand.
public struct LaunchError: Error, Hashable, Sendable {
    /// The library that the program was linked with.
    public var built: MPILibrary.Family
    /// Its name and version.
    public var version: String
    /// What started the program.
    public var launcher: LaunchEnvironment.Launcher
    /// The number of processes that it announced, if it did.
    public var announced: Int?

    /// Creates an error.
    public init(
        built: MPILibrary.Family, version: String, launcher: LaunchEnvironment.Launcher, announced: Int?
    ) {
        self.built = built
        self.version = version
        self.launcher = launcher
        self.announced = announced
    }
}

extension LaunchError: ExitCodeProviding, CustomStringConvertible {
    /// EX_USAGE.
    public var exitCode: Int32 { ExitCode.usage }

    /// "built for Open MPI 4.1.4 but started by MPICH's launcher as 4 processes: use mpirun.openmpi".
    public var description: String {
        let processes = announced.map { " as \($0) processes" } ?? ""
        return "built for \(version) but started by \(launcherName)\(processes): use \(remedy)"
    }

    private var launcherName: String {
        switch launcher {
        case .openMPI: "Open MPI's launcher"
        case .hydra: "MPICH's launcher"
        case .slurmPMIx: "srun --mpi=pmix"
        case .slurmPMI: "srun --mpi=pmi2"
        case .pmix: "a PMIx launcher"
        case .slurmWithoutMPI: "srun without MPI"
        }
    }

    private var remedy: String {
        let isSlurm = [.slurmPMIx, .slurmPMI, .slurmWithoutMPI].contains(launcher)
        return switch built {
        case .openMPI: isSlurm ? "srun --mpi=pmix" : "mpirun.openmpi"
        case .mpich: isSlurm ? "srun --mpi=pmi2" : "mpirun.mpich"
        case .other: "the launcher of \(version)"
        }
    }
}
