import MessagePassing

/// A value with everything that a text form could lose.
private struct Parcel: Codable, Equatable {
    var name: String
    var largest = Int64.max
    var unsigned = UInt64.max
    var numbers: [Double]
    var nothing: String?

    init(_ rank: Int) {
        name = "rank \(rank) \u{1F4E6} \"quoted\"\n"
        numbers = [
            0.1, .leastNormalMagnitude / 3, -0.0, .infinity, -.infinity, Double(rank) / 3, .greatestFiniteMagnitude,
            .leastNonzeroMagnitude,
        ]
    }
}

extension CommunicatorSuite {
    static let values = [
        CommunicatorCheck("Codable values arrive as they were") { world in
            let next = (world.rank + 1) % world.size, previous = (world.rank + world.size - 1) % world.size
            if world.size > 1 {
                if world.rank == 0 { try world.send(value: Parcel(0), to: next, tag: 6) }
                try expectEqual(
                    try world.receive(valueOf: Parcel.self, from: previous, tag: 6), Parcel(previous))
                if world.rank != 0 { try world.send(value: Parcel(world.rank), to: next, tag: 6) }
            }
            for root in 0..<world.size {
                try expectEqual(
                    try world.broadcast(value: world.rank == root ? Parcel(root) : nil, from: root), Parcel(root))
            }
            try expectEqual(try world.allGather(value: Parcel(world.rank)), (0..<world.size).map(Parcel.init))
            try expectEqual(
                try world.gather(value: Parcel(world.rank)),
                world.isCoordinator ? (0..<world.size).map(Parcel.init) : nil)
        },
        CommunicatorCheck("bare numbers, nil and signed zero are values too") { world in
            try expectEqual(try world.allGather(value: world.rank), Array(0..<world.size))
            try expectEqual(try world.allGather(value: Int?.none), [Int?](repeating: nil, count: world.size))
            try expectEqual(try world.allGather(value: -0.0)[0].sign, .minus)
            try expectEqual(try world.allGather(value: Double.nan)[0].isNaN, true)
        },
        CommunicatorCheck("a message that is no such value is an error") { world in
            let send = try world.startSend(Array("{}".utf8), to: world.rank, tag: 7)
            try expectError(CommunicationError.self) {
                _ = try world.receive(valueOf: Parcel.self, from: world.rank, tag: 7)
            } where: {
                if case .valueNotCodable(type: "Parcel", detail: _) = $0 { true } else { false }
            }
            try send.wait()
        },
    ]
}
