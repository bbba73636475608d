import MessagePassing
import Testing

@Suite struct LaunchEnvironmentTests {
    struct Example: Sendable {
        let environment: [String: String]
        let launcher: LaunchEnvironment.Launcher?
        var rank: Int?
        var size: Int?

        static let all = [
            Example(environment: ["PATH": "/bin"], launcher: nil),
            Example(
                environment: ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3", "PMIX_RANK": "3"],
                launcher: .openMPI, rank: 3, size: 4),
            Example(
                environment: ["PMIX_RANK": "1", "SLURM_PROCID": "1", "SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "2"],
                launcher: .slurmPMIx, rank: 1, size: 2),
            Example(
                environment: ["PMI_RANK": "0", "PMI_SIZE": "3", "PMI_FD": "6"], launcher: .hydra, rank: 0, size: 3),
            Example(
                environment: [
                    "PMI_RANK": "1", "PMI_SIZE": "2", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2",
                ], launcher: .slurmPMI, rank: 1, size: 2),
            Example(environment: ["PMIX_RANK": "2", "PMIX_NAMESPACE": "job"], launcher: .pmix, rank: 2),
            // A batch script that starts the program by itself.
            Example(
                environment: ["SLURM_JOB_ID": "7", "SLURM_PROCID": "0", "SLURM_NTASKS": "8"], launcher: nil),
            Example(environment: ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"], launcher: nil),
            Example(
                environment: ["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "4"], launcher: .slurmWithoutMPI, rank: 1,
                size: 4),
            // mpirun in a Slurm step.
            Example(
                environment: [
                    "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "0", "SLURM_PROCID": "1",
                    "SLURM_STEP_NUM_TASKS": "2", "PMIX_RANK": "0",
                ], launcher: .openMPI, rank: 0, size: 4),
        ]
    }

    @Test(arguments: Example.all)
    func `The variables of a launcher tell launcher, rank and size`(example: Example) {
        let launch = LaunchEnvironment(example.environment)
        #expect(launch.launcher == example.launcher)
        #expect(launch.rank == example.rank)
        #expect(launch.size == example.size)
    }

    private let underHydra = LaunchEnvironment(["PMI_RANK": "0", "PMI_SIZE": "4"])
    private let underOpenMPI = LaunchEnvironment(["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"])

    @Test func `The other library's launcher is refused with a remedy`() throws {
        let first = try #require(throws: LaunchError.self) {
            try underHydra.check(library: .openMPI, version: "Open MPI 4.1.4")
        }
        #expect(
            first.description
                == "built for Open MPI 4.1.4 but started by MPICH's launcher as 4 processes: use mpirun.openmpi")
        #expect(first.exitCode == 64)
        let second = try #require(throws: LaunchError.self) {
            try underOpenMPI.check(library: .mpich, version: "MPICH 4.0.2")
        }
        #expect(
            second.description
                == "built for MPICH 4.0.2 but started by Open MPI's launcher as 2 processes: use mpirun.mpich")
    }

    @Test func `The right launcher, and one process of any, is not refused`() throws {
        try underHydra.check(library: .mpich, version: "")
        try underOpenMPI.check(library: .openMPI, version: "")
        try underOpenMPI.check(library: .other, version: "")
        try LaunchEnvironment(["PMI_RANK": "0", "PMI_SIZE": "1"]).check(library: .openMPI, version: "")
        try LaunchEnvironment([:]).check(library: .openMPI, version: "")
    }

    @Test func `srun without MPI is refused with the option that helps`() throws {
        let launch = LaunchEnvironment(["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "4"])
        let error = try #require(throws: LaunchError.self) {
            try launch.check(library: .openMPI, version: "Open MPI 4.1.4")
        }
        #expect(
            error.description
                == "built for Open MPI 4.1.4 but started by srun without MPI as 4 processes: use srun --mpi=pmix")
    }

    @Test func `A world of one where more were announced is refused`() throws {
        #expect(throws: LaunchError.self) {
            try underHydra.check(worldSize: 1, library: .other, version: "Another MPI 1.0")
        }
        try underHydra.check(worldSize: 4, library: .mpich, version: "")
        try LaunchEnvironment(["PMI_RANK": "0", "PMI_SIZE": "1"]).check(worldSize: 1, library: .mpich, version: "")
    }
}
