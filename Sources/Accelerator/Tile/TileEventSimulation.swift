import HeapModule

/// The tile pipeline of ``TilePipeline``, event by event and tile by tile.
///
/// Shares no code with the fast path: the bus and the PE array are servers with queues, and each tile's cost comes from
/// its indices. Time and memory grow with the number of tiles; it is the oracle of the tests and of
/// `--tile-simulation event`.
public struct TileEventSimulation {
    private enum Event {
        case transferDone(Transfer)
        case dataReady(tile: Int)
        case computed(tile: Int)
    }

    private struct Transfer {
        var tile: Int
        var isLoad: Bool
        var cycles: Int
    }

    private struct Scheduled: Comparable {
        var time: Int
        var sequence: Int
        var event: Event

        static func < (left: Scheduled, right: Scheduled) -> Bool {
            (left.time, left.sequence) < (right.time, right.sequence)
        }

        static func == (left: Scheduled, right: Scheduled) -> Bool {
            left.time == right.time && left.sequence == right.sequence
        }
    }

    private let tiles: [TileCost]
    private let latency: Int
    private var events = Heap<Scheduled>()
    private var sequence = 0
    private var now = 0
    private var busQueue: [Transfer] = []
    private var busHead = 0
    private var busIsFree = true
    private var arrayIsFree = true
    private var nextToCompute = 0
    private var isReady: [Bool]
    private var isStored: [Bool]
    private var storedThrough = 0
    private var end = 0

    /// The cycles from the first load to the last result written or computed.
    public static func run(_ nest: some TileNest, latency: Int) -> Int {
        let counts = nest.counts
        var tiles: [TileCost] = []
        for outer in 0..<counts.outer {
            for middle in 0..<counts.middle {
                for inner in 0..<counts.inner { tiles.append(nest.tile(at: (outer, middle, inner))) }
            }
        }
        var simulation = TileEventSimulation(tiles, latency: latency)
        return simulation.run()
    }

    private init(_ tiles: [TileCost], latency: Int) {
        self.tiles = tiles
        self.latency = latency
        isReady = Array(repeating: false, count: tiles.count)
        isStored = isReady
    }

    private mutating func run() -> Int {
        requestLoad(of: 0)
        requestLoad(of: 1)
        startCompute()
        while let scheduled = events.popMin() {
            now = scheduled.time
            end = max(end, now)
            switch scheduled.event {
            case .transferDone(let transfer):
                busIsFree = true
                if transfer.isLoad {
                    schedule(.dataReady(tile: transfer.tile), after: latency)
                } else {
                    markStored(transfer.tile)
                }
                startTransfer()
            case .dataReady(let tile): isReady[tile] = true
            case .computed(let tile):
                arrayIsFree = true
                // The freed buffer half is refilled before the result leaves.
                requestLoad(of: tile + 2)
                request(Transfer(tile: tile, isLoad: false, cycles: tiles[tile].store))
            }
            startCompute()
        }
        return end
    }

    private mutating func schedule(_ event: Event, after delay: Int) {
        sequence += 1
        events.insert(Scheduled(time: now + delay, sequence: sequence, event: event))
    }

    private mutating func requestLoad(of tile: Int) {
        guard tile < tiles.count else { return }
        if tiles[tile].load == 0 {
            isReady[tile] = true
        } else {
            request(Transfer(tile: tile, isLoad: true, cycles: tiles[tile].load))
        }
    }

    private mutating func request(_ transfer: Transfer) {
        if transfer.cycles == 0 {
            markStored(transfer.tile)
            return
        }
        busQueue.append(transfer)
        startTransfer()
    }

    private mutating func markStored(_ tile: Int) {
        isStored[tile] = true
        while storedThrough < tiles.count, isStored[storedThrough] { storedThrough += 1 }
    }

    private mutating func startTransfer() {
        guard busIsFree, busHead < busQueue.count else { return }
        let transfer = busQueue[busHead]
        busHead += 1
        busIsFree = false
        schedule(.transferDone(transfer), after: transfer.cycles)
    }

    private mutating func startCompute() {
        let tile = nextToCompute
        guard arrayIsFree, tile < tiles.count, isReady[tile], storedThrough >= tile - 1 else { return }
        arrayIsFree = false
        nextToCompute += 1
        schedule(.computed(tile: tile), after: tiles[tile].compute)
    }
}
