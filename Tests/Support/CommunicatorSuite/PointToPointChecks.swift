import MessagePassing

extension CommunicatorSuite {
    static let pointToPoint = [
        CommunicatorCheck("ranks are numbered from 0 and only rank 0 is the coordinator") { world in
            try expectEqual((0..<world.size).contains(world.rank), true)
            try expectEqual(world.isCoordinator, world.rank == 0)
            try expectEqual(try world.allGather(element: world.rank), Array(0..<world.size))
        },
        CommunicatorCheck("a ring of exchanges brings every message around") { world in
            let next = (world.rank + 1) % world.size, previous = (world.rank + world.size - 1) % world.size
            var values = [Double(world.rank), 0.1]
            for _ in 0..<world.size { values = try world.exchange(values, with: next, receivingFrom: previous, tag: 3) }
            try expectEqual(values, [Double(world.rank), 0.1])
        },
        CommunicatorCheck("the length comes with the message, also 0 and large ones") { world in
            for count in [0, 1, 7, 100_000] {
                let next = (world.rank + 1) % world.size, previous = (world.rank + world.size - 1) % world.size
                let sent = (0..<count).map { Int32($0 ^ world.rank) }
                let received = try world.exchange(sent, with: next, receivingFrom: previous, tag: 0)
                try expectEqual(received, (0..<count).map { Int32($0 ^ previous) })
            }
        },
        CommunicatorCheck("messages with one tag keep their order and tags keep messages apart") { world in
            let next = (world.rank + 1) % world.size, previous = (world.rank + world.size - 1) % world.size
            let sends = try (0..<20).map { try world.startSend([$0], to: next, tag: $0 % 2) }
            for tag in [1, 0] {
                for step in 0..<10 {
                    try expectEqual(try world.receive(Int.self, from: previous, tag: tag), [2 * step + tag])
                }
            }
            for send in sends { try send.wait() }
        },
        CommunicatorCheck("receives take messages in the order of their start, waited for in any order") { world in
            let next = (world.rank + 1) % world.size, previous = (world.rank + world.size - 1) % world.size
            let first = try world.startReceive(Int.self, from: previous, tag: 9)
            let second = try world.startReceive(Int.self, from: previous, tag: 9)
            let sends = try [10, 20].map { try world.startSend([Int](repeating: $0, count: $0), to: next, tag: 9) }
            try expectEqual(try second.wait(), [Int](repeating: 20, count: 20))
            try expectEqual(try first.wait(), [Int](repeating: 10, count: 10))
            try expectEqual(try first.wait().count, 10)
            for send in sends { try send.wait() }
        },
        CommunicatorCheck("all ranks can send much to each other before any receives") { world in
            let values = [UInt64](repeating: UInt64(world.rank), count: 50_000)
            let sends = try (0..<world.size).map { try world.startSend(values, to: $0, tag: 5) }
            let receives = try (0..<world.size).map { try world.startReceive(UInt64.self, from: $0, tag: 5) }
            for (source, receive) in receives.enumerated().reversed() {
                try expectEqual(try receive.wait(), [UInt64](repeating: UInt64(source), count: 50_000))
            }
            for send in sends { try send.wait() }
        },
        CommunicatorCheck("a sender may change its values at once") { world in
            var values = [1, 2, 3]
            let send = try world.startSend(values, to: world.rank, tag: 8)
            values[0] = 100
            try expectEqual(try world.receive(Int.self, from: world.rank, tag: 8), [1, 2, 3])
            try send.wait()
            try send.wait()
        },
        CommunicatorCheck("a started receive completes while the rank waits in a blocking send") { world in
            let peer = world.rank ^ 1
            guard peer < world.size else { return }
            let receive = try world.startReceive(UInt8.self, from: peer, tag: 4)
            try world.send([UInt8](repeating: UInt8(world.rank), count: 1 << 20), to: peer, tag: 4)
            try expectEqual(try receive.wait(), [UInt8](repeating: UInt8(peer), count: 1 << 20))
        },
        CommunicatorCheck("a rank can serve whoever comes first") { world in
            let tag = MessageTag.range.upperBound
            let send = try world.startSend([world.rank], to: 0, tag: tag)
            if world.rank == 0 {
                var served: [Int] = []
                for _ in 0..<world.size {
                    let source = try world.awaitMessage(tag: tag)
                    try expectEqual(try world.receive(Int.self, from: source, tag: tag), [source])
                    served.append(source)
                }
                try expectEqual(served.sorted(), Array(0..<world.size))
            }
            try send.wait()
        },
        CommunicatorCheck("a rank can look for messages between other work") { world in
            try expectEqual(try world.pollMessage(tag: 6), nil)
            try world.barrier()
            let send = try world.startSend([world.rank], to: 0, tag: 6)
            if world.rank == 0 {
                var served: [Int] = []
                while served.count < world.size {
                    guard let source = try world.pollMessage(tag: 6) else { continue }
                    try expectEqual(try world.receive(Int.self, from: source, tag: 6), [source])
                    served.append(source)
                }
                try expectEqual(served.sorted(), Array(0..<world.size))
                try expectEqual(try world.pollMessage(tag: 6), nil)
            }
            try send.wait()
        },
        CommunicatorCheck("ranks and tags that do not exist are refused") { world in
            let size = world.size
            for rank in [-1, size] {
                try expectError(CommunicationError.self) {
                    _ = try world.startSend([1], to: rank, tag: 0)
                } where: {
                    $0 == .noSuchRank(rank, size: size)
                }
                try expectError(CommunicationError.self) { _ = try world.receive(Int.self, from: rank, tag: 0) }
                try expectError(CommunicationError.self) { _ = try world.broadcast([1], from: rank) }
                try expectError(CommunicationError.self) { _ = try world.gather([1], at: rank) }
                try expectError(CommunicationError.self) { _ = try world.reduce([1], .sum, at: rank) }
            }
            try expectError(CommunicationError.self) {
                try world.send([1], to: 0, tag: -1)
            } where: {
                $0 == .noSuchTag(-1)
            }
        },
        CommunicatorCheck("a message that is no whole number of elements is an error") { world in
            let send = try world.startSend([UInt8](repeating: 1, count: 9), to: world.rank, tag: 2)
            try expectError(CommunicationError.self) {
                _ = try world.receive(Int64.self, from: world.rank, tag: 2)
            } where: {
                $0 == .partialElement(bytes: 9, type: "Int64", stride: 8)
            }
            try send.wait()
        },
    ]
}
