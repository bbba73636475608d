import MessagePassing

private struct DiskFull: ExitCodeProviding, CustomStringConvertible {
    let rank: Int
    var exitCode: Int32 { Int32(40 + rank) }
    var description: String { "disk full\nhere" }
}

extension CommunicatorSuite {
    static let agreements = [
        CommunicatorCheck("agreeing on success returns each rank's own result") { world in
            try expectEqual(try world.agree { world.rank * 2 }, world.rank * 2)
            try expectEqual(try world.agree(Result<Int, any Error>.success(world.rank)), world.rank)
        },
        CommunicatorCheck("a failure of any rank is thrown on all, as that of the lowest") { world in
            let last = world.size - 1
            try expectFailure(of: last, on: world) { if world.rank == last { throw DiskFull(rank: world.rank) } }
            try expectFailure(of: 0, on: world) { throw DiskFull(rank: world.rank) }
            // Nobody is left behind: the next meeting works.
            try expectEqual(try world.allGather(element: world.rank).count, world.size)
        },
        CommunicatorCheck("a failure passed on keeps its rank") { world in
            let last = world.size - 1
            try expectFailure(of: last, on: world) {
                try world.agree { if world.rank == last { throw DiskFull(rank: last) } }
            }
        },
        CommunicatorCheck("what one rank makes all get, or its failure") { world in
            let last = world.size - 1
            try expectEqual(try world.broadcastResult(from: last) { [world.rank, 5] }, [last, 5])
            try expectFailure(of: last, on: world) {
                _ = try world.broadcastResult(from: last) { () throws -> Int in throw DiskFull(rank: world.rank) }
            }
        },
    ]

    private static func expectFailure(
        of rank: Int, on world: any Communicator, _ body: () throws -> Void
    ) throws {
        try expectError(RemoteFailure.self) {
            try world.agree(body)
        } where: {
            [$0.rank, Int($0.exitCode)] == [rank, 40 + rank] && $0.message == "disk full here"
        }
    }
}
