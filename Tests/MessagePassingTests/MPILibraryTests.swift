import MessagePassing
import Testing

@Suite struct MPILibraryTests {
    @Test func `The version can be asked without a launcher and is short`() {
        #expect(MPILibrary.version.wholeMatch(of: /[^\n]+ \d+\.\d+\S*/) != nil, "\(MPILibrary.version)")
        #expect(!MPILibrary.version.contains("\n"))
        #expect(MPILibrary.fullVersion.count >= MPILibrary.version.count)
    }

    @Test(arguments: [
        ("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4", "Open MPI 4.1.4", MPILibrary.Family.openMPI),
        ("MPICH Version:\t4.0.2\nMPICH Release date:\tThu", "MPICH 4.0.2", .mpich),
        ("Intel(R) MPI Library 2021.9 for Linux* OS", "Intel(R) MPI Library 2021.9 for Linux* OS", .mpich),
        ("MVAPICH", "MVAPICH", .other),
    ])
    func `Libraries are known by their own description`(text: String, short: String, family: MPILibrary.Family) {
        #expect(MPILibrary.shortVersion(of: text) == short)
        #expect(MPILibrary.family(of: MPILibrary.shortVersion(of: text)) == family)
    }

    @Test func `An error outside of MPI_Init and MPI_Finalize has a text without asking the library`() {
        let error = MPIError(function: "MPI_Ibcast", code: 5)
        #expect(error.description == "MPI_Ibcast failed: error code 5")
        #expect(error.exitCode == 71)
    }
}
