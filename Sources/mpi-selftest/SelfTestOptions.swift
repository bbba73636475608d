import MessagePassing

/// What the self-test is asked to do.
struct SelfTestOptions {
    /// How a rank fails.
    enum Failure: String, CaseIterable {
        /// It calls `exit(3)`.
        case exit
        /// It throws while the others wait for it in a barrier.
        case `throw`
        /// It throws while the others compute.
        case throwAmongBusy = "throw-among-busy"
        /// It throws when all come to the end.
        case throwAtEnd = "throw-at-end"
        /// It throws at a meeting point.
        case agree
        /// It returns an exit code.
        case code
        /// It traps.
        case trap
        /// It never comes back.
        case hang
        /// It calls another collective than the others.
        case disagree
        /// It starts a receive and does not wait for it.
        case unfinished
    }

    /// A wrong command line.
    struct UsageError: Error, CustomStringConvertible {
        let problem: String
        var description: String {
            problem + "; usage: mpi-selftest [--version] [--part-limit BYTES] [--barriers N] [--wait SECONDS] "
                + "[--fail-rank R --how \(Failure.allCases.map(\.rawValue).joined(separator: "|"))]"
        }
    }

    var showsVersion = false
    var partLimit = 1 << 30
    var barriers: Int?
    var waitSeconds: Int?
    var failingRank = 0
    var failure: Failure?

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        func number(_ option: String) throws -> Int {
            guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 0 else {
                throw UsageError(problem: "\(option) needs a number")
            }
            return value
        }
        while let option = rest.popFirst() {
            switch option {
            case "--version": showsVersion = true
            case "--part-limit": partLimit = max(try number(option), 1)
            case "--barriers": barriers = try number(option)
            case "--wait": waitSeconds = try number(option)
            case "--fail-rank": failingRank = try number(option)
            case "--how":
                guard let how = rest.popFirst().flatMap(Failure.init) else {
                    throw UsageError(problem: "\(option) needs one of the ways to fail")
                }
                failure = how
            default: throw UsageError(problem: "unknown option \(option)")
            }
        }
    }

    func run() -> Int32 {
        if showsVersion {
            print(MPILibrary.version)
            return 0
        }
        return ParallelProgram.run(partLimit: partLimit) { world in
            if let failure { return try fail(failure, world) }
            if let barriers { return try SelfTest.measureBarriers(barriers, world) }
            if let waitSeconds { return try SelfTest.measureWaiting(waitSeconds, world) }
            return try SelfTest.runChecks(world)
        }
    }
}
