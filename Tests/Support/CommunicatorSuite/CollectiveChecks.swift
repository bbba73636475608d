import MessagePassing

extension CommunicatorSuite {
    static let collectives = [
        CommunicatorCheck("nobody leaves a barrier before all have come") { world in
            for step in 0..<3 {
                let sends = try (0..<world.size).map { try world.startSend([step], to: $0, tag: 1) }
                try world.barrier()
                for source in 0..<world.size {
                    try expectEqual(try world.receive(Int.self, from: source, tag: 1), [step])
                }
                for send in sends { try send.wait() }
            }
        },
        CommunicatorCheck("a broadcast brings the values of any root, also none") { world in
            for root in 0..<world.size {
                let sent = (0..<root * 1000).map { Float($0) / 3 }
                try expectEqual(try world.broadcast(world.rank == root ? sent : [7], from: root), sent)
            }
        },
        CommunicatorCheck("a gather of ragged values keeps the order of ranks") { world in
            let mine = [Int](repeating: world.rank, count: world.rank * 3)
            let expected = (0..<world.size).map { [Int](repeating: $0, count: $0 * 3) }
            for root in 0..<world.size {
                try expectEqual(try world.gather(mine, at: root), world.rank == root ? expected : nil)
            }
        },
        CommunicatorCheck("an all-gather of ragged values gives every rank the same") { world in
            let mine = (0..<(world.size - world.rank) % 3).map { UInt16(10 * world.rank + $0) }
            let expected = (0..<world.size).map { rank in
                (0..<(world.size - rank) % 3).map { UInt16(10 * rank + $0) }
            }
            try expectEqual(try world.allGather(mine), expected)
            try expectEqual(try world.allGather([Double]()), [[Double]](repeating: [], count: world.size))
        },
        CommunicatorCheck("an all-to-all gives each rank its part of everyone's values") { world in
            let parts = (0..<world.size).map { [Int](repeating: 100 * world.rank + $0, count: ($0 + world.rank) % 4) }
            let expected = (0..<world.size).map {
                [Int](repeating: 100 * $0 + world.rank, count: ($0 + world.rank) % 4)
            }
            try expectEqual(try world.allToAll(parts), expected)
            try expectError(CommunicationError.self) { _ = try world.allToAll(parts + [[1]]) }
        },
        CommunicatorCheck("large ragged values arrive whole") { world in
            let mine = (0..<30_000 + 1000 * world.rank).map { $0 &* (world.rank + 1) }
            let expected = (0..<world.size).map { rank in (0..<30_000 + 1000 * rank).map { $0 &* (rank + 1) } }
            try expectEqual(try world.allGather(mine), expected)
        },
        CommunicatorCheck("elements may be structures with padding") { world in
            struct Sample: BitwiseCopyable, Equatable {
                var identifier: UInt8
                var seconds: Double
                var flag: Bool
            }
            let mine = [Sample](
                repeating: Sample(identifier: UInt8(world.rank), seconds: -0.5, flag: true), count: 2)
            let expected = (0..<world.size).map {
                [Sample](repeating: Sample(identifier: UInt8($0), seconds: -0.5, flag: true), count: 2)
            }
            try expectEqual(try world.allGather(mine), expected)
        },
    ]
}
