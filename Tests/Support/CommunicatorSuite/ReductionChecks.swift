import MessagePassing

extension CommunicatorSuite {
    static let reductions = [
        CommunicatorCheck("integers of every width are summed and compared") { world in
            try checkIntegers(world, Int.self)
            try checkIntegers(world, Int32.self)
            try checkIntegers(world, Int64.self)
            try checkIntegers(world, UInt64.self)
        },
        CommunicatorCheck("sums of integers wrap around") { world in
            let sum = try world.allReduce([Int32.max], .sum)
            try expectEqual(sum, [(0..<world.size).reduce(Int32(0)) { total, _ in total &+ Int32.max }])
        },
        CommunicatorCheck("sums of floating-point numbers are taken in the order of ranks, small and large") { world in
            try checkFloats(world, Double.self)
            try checkFloats(world, Float.self)
        },
        CommunicatorCheck("the minimum and maximum know not-a-number and the sign of zero") { world in
            let isLast = world.rank == world.size - 1
            let values = [isLast ? Double.nan : 1, isLast ? -0.0 : 0.0, isLast ? 0.0 : -0.0, Double(world.rank)]
            let least = try world.allReduce(values, .minimum), most = try world.allReduce(values, .maximum)
            try expectEqual([least[0].isNaN, most[0].isNaN], [true, true])
            try expectEqual([least[1].sign, most[2].sign], [.minus, .plus])
            try expectEqual([least[3], most[3]], [0, Double(world.size - 1)])
        },
        CommunicatorCheck("a reduction gives the result to its root only") { world in
            for root in 0..<world.size {
                let expected = [world.size, world.size * (world.size - 1) / 2]
                let mine = [1, world.rank]
                try expectEqual(try world.reduce(mine, .sum, at: root), world.rank == root ? expected : nil)
                try expectEqual(
                    try world.reduce(mine.map(Double.init), .sum, at: root),
                    world.rank == root ? expected.map(Double.init) : nil)
            }
        },
        CommunicatorCheck("reductions of nothing give nothing") { world in
            try expectEqual(try world.allReduce([Int](), .sum), [])
            try expectEqual(try world.allReduce([Double](), .maximum), [])
            try expectEqual(try world.reduceScatter([Float](), .sum), [])
        },
    ]

    /// A value whose sums lose bits in any other order.
    private static func sample<T: BinaryFloatingPoint>(_ rank: Int, _ index: Int, _: T.Type) -> T {
        T((index &* 2_654_435_761 &+ rank &* 40_503) % 1_000_003) / T(7) * T(rank.isMultiple(of: 3) ? 1e6 : 1e-3)
    }

    private static func checkFloats<T: ReducibleElement & BinaryFloatingPoint>(
        _ world: any Communicator, _ type: T.Type
    ) throws {
        for count in [1, 5, 20_000] {
            let mine = (0..<count).map { sample(world.rank, $0, type) }
            let expected = (0..<count).map { index in
                (1..<world.size).reduce(sample(0, index, type)) { $0 + sample($1, index, type) }
            }
            try expectEqual(try world.allReduce(mine, .sum), expected)
            try expectEqual(try world.reduce(mine, .sum, at: 0), world.rank == 0 ? expected : nil)
            let block = BlockPartition(count, into: world.size)[world.rank]
            try expectEqual(try world.reduceScatter(mine, .sum), Array(expected[block]))
        }
    }

    private static func checkIntegers<T: ReducibleElement & FixedWidthInteger>(
        _ world: any Communicator, _ type: T.Type
    ) throws {
        for count in [1, 9, 5000] {
            let mine = (0..<count).map { T($0 % 100) + T(world.rank) }
            let ranks = T(world.size)
            let sums = (0..<count).map { T($0 % 100) * ranks + ranks * (ranks - 1) / 2 }
            try expectEqual(try world.allReduce(mine, .sum), sums)
            try expectEqual(try world.allReduce(mine, .minimum), (0..<count).map { T($0 % 100) })
            try expectEqual(try world.allReduce(mine, .maximum), (0..<count).map { T($0 % 100) + ranks - 1 })
            let block = BlockPartition(count, into: world.size)[world.rank]
            try expectEqual(try world.reduceScatter(mine, .sum), Array(sums[block]))
        }
    }
}
