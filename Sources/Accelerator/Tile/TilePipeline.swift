/// What one tile asks of the DRAM bus and the PE array.
public struct TileCost: Hashable, Sendable {
    /// Bus cycles of what must be loaded before the tile can start; 0 where all operands are on chip already.
    public var load: Int
    /// Cycles of the PE array (and, in attention, of the vector unit between its two halves).
    public var compute: Int
    /// Bus cycles of what is written back when the tile is done.
    public var store: Int

    /// Creates a cost.
    public init(load: Int, compute: Int, store: Int) {
        self.load = load
        self.compute = compute
        self.store = store
    }
}

/// Where an iteration of a loop stands: the first may load what later ones reuse, the last may be smaller.
public struct LoopPosition: Hashable, Sendable {
    /// Whether it is the loop's first iteration.
    public let isFirst: Bool
    /// Whether it is the loop's last iteration.
    public let isLast: Bool
}

/// A sequence of tiles made by three nested loops.
///
/// A tile's cost depends only on where its iterations stand in their loops, which is what lets ``TilePipeline`` skip
/// the repeated middle. ``tile(at:)`` gives the same cost from the plain indices, for ``TileEventSimulation``.
public protocol TileNest {
    /// Iterations of the outer, middle and inner loop; at least one each.
    var counts: (outer: Int, middle: Int, inner: Int) { get }
    /// The cost of the tile at these positions of the three loops.
    func tile(outer: LoopPosition, middle: LoopPosition, inner: LoopPosition) -> TileCost
    /// The cost of the tile at these indices, computed from the real extents and the tile before it.
    func tile(at index: (outer: Int, middle: Int, inner: Int)) -> TileCost
}

/// The pipeline of load, compute and store over a sequence of tiles, with double-buffered operands and outputs.
///
/// Tile i is loaded while tile i-1 is computed and tile i-2 is written back:
///
///     load  i  starts when the bus is free and tile i-2 is computed (its buffer half is free)
///     data  i  are there one access latency after the load left the bus
///     compute i starts when its data are there, tile i-1 is computed, and the results of tiles up to i-2 are written
///     store i  starts when the bus is free and tile i is computed; the load of tile i+2 goes first
///
/// These are maxima and sums, so that shifting all inputs in time shifts all results: once an iteration of a loop leaves
/// the state as it found it, every further equal iteration takes the same time. That is how ``run(_:latency:)`` costs a
/// GEMM of any size in a handful of steps; ``TileEventSimulation`` is the slow, independent way to the same number.
public struct TilePipeline: Hashable, Sendable {
    /// When the last computed tile ended.
    private var computeEnd = 0
    // The rest is relative to `computeEnd`; what lies before it can no longer delay anything and counts as 0.
    private var bus = 0
    private var ready = 0
    private var storeEnd = 0
    private var compute = 0
    private var store = 0
    private var earlierStore = 0

    private init() {}

    /// Takes the next tile in: loads it, computes the one before, writes back the one before that.
    @inline(__always)
    private mutating func advance(_ tile: TileCost, latency: Int) {
        var newBus = bus + tile.load
        let newReady = tile.load > 0 ? newBus + latency : 0
        var newStoreEnd = storeEnd
        if earlierStore > 0 {
            newBus += earlierStore
            newStoreEnd = newBus
        }
        let delta = max(ready, storeEnd) + compute
        computeEnd += delta
        bus = max(newBus - delta, 0)
        ready = max(newReady - delta, 0)
        storeEnd = max(newStoreEnd - delta, 0)
        earlierStore = store
        compute = tile.compute
        store = tile.store
    }

    /// Whether two states differ only by a shift in time.
    private func isShift(of other: TilePipeline) -> Bool {
        bus == other.bus && ready == other.ready && storeEnd == other.storeEnd && compute == other.compute
            && store == other.store && earlierStore == other.earlierStore
    }

    /// Runs a body `count` times, skipping what would only repeat.
    @inline(__always)
    private mutating func `repeat`(_ count: Int, _ body: (inout TilePipeline) -> Void) {
        var done = 0
        while done < count {
            let before = self
            body(&self)
            done += 1
            if isShift(of: before) {
                computeEnd += (computeEnd - before.computeEnd) * (count - done)
                return
            }
        }
    }

    /// Runs a loop: first, repeated middle, last.
    @inline(__always)
    private mutating func loop(_ count: Int, _ body: (inout TilePipeline, LoopPosition) -> Void) {
        body(&self, LoopPosition(isFirst: true, isLast: count == 1))
        guard count > 1 else { return }
        self.repeat(count - 2) { body(&$0, LoopPosition(isFirst: false, isLast: false)) }
        body(&self, LoopPosition(isFirst: false, isLast: true))
    }

    /// The cycles from the first load to the last result written or computed.
    ///
    /// - Parameters:
    ///   - nest: the tiles.
    ///   - latency: DRAM access latency in cycles.
    public static func run(_ nest: some TileNest, latency: Int) -> Int {
        var pipeline = TilePipeline()
        let counts = nest.counts
        pipeline.loop(counts.outer) { pipeline, outer in
            pipeline.loop(counts.middle) { pipeline, middle in
                pipeline.loop(counts.inner) { pipeline, inner in
                    pipeline.advance(nest.tile(outer: outer, middle: middle, inner: inner), latency: latency)
                }
            }
        }
        // Two empty tiles push the last two through.
        pipeline.advance(TileCost(load: 0, compute: 0, store: 0), latency: latency)
        pipeline.advance(TileCost(load: 0, compute: 0, store: 0), latency: latency)
        return pipeline.computeEnd + pipeline.storeEnd
    }
}
