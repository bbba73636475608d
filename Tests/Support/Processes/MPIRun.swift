import Foundation
import MessagePassing

/// Runs executables of the package as several ranks.
public enum MPIRun {
    /// The launcher of a message-passing library.
    public struct Launcher: Sendable {
        /// The program.
        public let executable: URL
        /// What it takes before the name of the program, for a number of ranks.
        let options: @Sendable (Int, Duration) -> [String]

        /// Open MPI's, if it is installed.
        public static let openMPI = Command.find("mpirun.openmpi", "mpirun").map {
            Launcher(executable: $0) { ranks, limit in
                [
                    "--oversubscribe", "--bind-to", "none", "--timeout", "\(limit.components.seconds)", "-n",
                    "\(ranks)",
                ]
            }
        }

        /// MPICH's, if it is installed.
        public static let mpich = Command.find("mpirun.mpich", "mpiexec.hydra").map {
            Launcher(executable: $0) { ranks, _ in ["-n", "\(ranks)"] }
        }

        /// That of the library which the tests are linked with, if it is installed.
        public static let matching = MPILibrary.family == .mpich ? mpich : openMPI
        /// One that does not belong to it, if it is installed.
        public static let mismatching = MPILibrary.family == .mpich ? openMPI : mpich
    }

    /// Whether programs of the package can be run as several ranks here.
    public static var isAvailable: Bool { Launcher.matching != nil }

    /// There is no launcher.
    public struct NotInstalled: Error {}

    /// Runs an executable of the package with a number of ranks.
    ///
    /// - Parameters:
    ///   - ranks: how many; may be more than there are cores.
    ///   - product: the executable's name.
    ///   - arguments: of the executable.
    ///   - environment: variables to set besides those of this process.
    ///   - timeLimit: for the whole run, in whole seconds; the run ends with 110 under Open MPI, 255 or so under MPICH.
    /// - Throws: ``NotInstalled``, or if the launcher cannot be started.
    public static func run(
        _ ranks: Int, _ product: String, _ arguments: [String] = [], environment: [String: String] = [:],
        timeLimit: Duration = .seconds(180)
    ) throws -> CommandResult {
        try run(
            ranks, Command.products.appending(path: product), arguments, launcher: .matching, environment: environment,
            timeLimit: timeLimit)
    }

    /// The same for any executable and launcher.
    public static func run(
        _ ranks: Int, _ executable: URL, _ arguments: [String] = [], launcher: Launcher?,
        environment: [String: String] = [:], timeLimit: Duration = .seconds(180)
    ) throws -> CommandResult {
        guard let launcher else { throw NotInstalled() }
        // The launcher ends its ranks better than a signal to it does, so it gets the limit and we a little more.
        return try Command.run(
            launcher.executable, launcher.options(ranks, timeLimit) + [executable.path] + arguments,
            environment: cleanEnvironment(timeLimit).merging(environment) { _, new in new },
            timeLimit: timeLimit + .seconds(5))
    }

    /// This process's environment without the traces of a launcher: a test inside a job must not join that job.
    public static func cleanEnvironment(_ timeLimit: Duration = .seconds(180)) -> [String: String] {
        let foreign = ["OMPI_", "PMIX_", "PRTE_", "SLURM_", "ORTE_", "PMI_", "MPI_", "HYDRA_", "HYDI_"]
        var environment = ProcessInfo.processInfo.environment.filter { name, _ in
            !foreign.contains { name.hasPrefix($0) } || name == "MPI_PKG_CONFIG"
        }
        environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
        environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
        environment["OMPI_MCA_pml"] = "ob1"
        environment["OMPI_MCA_btl"] = "self,vader,tcp"
        environment["OMPI_MCA_osc"] = "^ucx"
        environment["MPIEXEC_TIMEOUT"] = "\(timeLimit.components.seconds)"
        // A trap is reported in one line and at once.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        return environment
    }
}
