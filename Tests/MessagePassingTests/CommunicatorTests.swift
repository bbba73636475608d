import MessagePassing
import Testing
import _TestSupport

@Suite struct CommunicatorTests {
    @Test(arguments: CommunicatorSuite.checks)
    func `A single process behaves as a communicator`(check: CommunicatorCheck) throws {
        try check.run(SingleProcessCommunicator())
    }

    @Test(arguments: CommunicatorSuite.checks, [1, 2, 3, 8])
    func `Threads behave as a communicator`(check: CommunicatorCheck, ranks: Int) throws {
        _ = try ThreadWorld.run(ranks) { try check.run($0) }
    }

    @Test(arguments: [2, 3, 8])
    func `Threads and a fold over ranks give the same bits`(ranks: Int) throws {
        let sums = try ThreadWorld.run(ranks) { world in try world.allReduce([0.1 * Double(world.rank + 1)], .sum)[0] }
        let expected = (1...ranks).dropFirst().reduce(0.1) { $0 + 0.1 * Double($1) }
        #expect(sums == [Double](repeating: expected, count: ranks))
    }

    #if DEBUG
    @Test func `Debug builds name the ranks that do not meet in one collective`() throws {
        let error = try #require(throws: CommunicationError.self) {
            _ = try ThreadWorld.run(3) { world in
                if world.rank == 1 { try world.barrier() } else { _ = try world.allReduce([1.0], .sum) }
            }
        }
        #expect(
            error.description == "ranks do not meet in the same collective: "
                + "rank 0 allReduce(sum) of 1 Double, rank 1 barrier, rank 2 allReduce(sum) of 1 Double")
    }

    @Test func `Debug builds compare roots, element types and counts`() throws {
        func calls(_ body: @escaping @Sendable (any Communicator) throws -> Void) throws -> [String] {
            let error = try #require(throws: CommunicationError.self) { _ = try ThreadWorld.run(2, body) }
            guard case .disagreement(let calls) = error else { return [] }
            return calls
        }
        #expect(
            try calls { _ = try $0.broadcast([1], from: $0.rank) }
                == ["broadcast of Int from rank 0", "broadcast of Int from rank 1"])
        #expect(
            try calls { _ = try $0.rank == 0 ? $0.allGather([1]).count : $0.allGather([1.0]).count }
                == ["allGather of Int", "allGather of Double"])
        #expect(
            try calls { _ = try $0.allReduce([Int](repeating: 1, count: $0.rank + 1), .sum) }
                == ["allReduce(sum) of 1 Int", "allReduce(sum) of 2 Int"])
    }
    #else
    @Test func `Release builds do not check collectives but find unequal counts`() throws {
        let error = try #require(throws: CommunicationError.self) {
            _ = try ThreadWorld.run(2) { try $0.allReduce([Double](repeating: 1, count: $0.rank + 1), .sum) }
        }
        #expect(error == .unequalCounts([1, 2]))
    }
    #endif
}
