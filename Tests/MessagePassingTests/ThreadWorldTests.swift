import MessagePassing
import Testing
import _TestSupport

@Suite struct ThreadWorldTests {
    private struct Unlucky: Error, Equatable {
        let rank: Int
    }

    @Test func `Results come in the order of ranks`() throws {
        #expect(try ThreadWorld.run(64) { "\($0.rank) of \($0.size)" } == (0..<64).map { "\($0) of 64" })
    }

    @Test func `An error of one rank ends the others' waiting`() throws {
        #expect(throws: Unlucky(rank: 2)) {
            try ThreadWorld.run(4) { world in
                if world.rank == 2 { throw Unlucky(rank: 2) }
                try world.barrier()
            }
        }
    }

    @Test func `Ranks that wait for each other get an error`() throws {
        #expect(throws: CommunicationError.self) {
            try ThreadWorld.run(3) { world in _ = try world.receive(Int.self, from: (world.rank + 1) % 3, tag: 0) }
        }
    }

    @Test func `A rank that waits for one that has ended gets an error`() throws {
        #expect(throws: CommunicationError.neverSent(source: 1, tag: 0)) {
            try ThreadWorld.run(2) { world in
                if world.rank == 0 { _ = try world.receive(Int.self, from: 1, tag: 0) }
            }
        }
    }

    @Test func `A single process that waits for itself gets an error`() throws {
        let world = SingleProcessCommunicator()
        #expect(throws: CommunicationError.neverSent(source: 0, tag: 5)) {
            try world.receive(Int.self, from: 0, tag: 5)
        }
        #expect(throws: CommunicationError.neverSent(source: 0, tag: 5)) { try world.awaitMessage(tag: 5) }
    }
}
