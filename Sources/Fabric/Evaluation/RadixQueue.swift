/// A queue of events by time for times that never go back: a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990,
/// doi:10.1145/77600.77615). Events of equal time come out in the order in which they were put in.
///
/// An event whose time first differs from the last one taken in bit b lies in bucket b + 1; taking the earliest empties
/// its bucket into lower ones. `Benchmarks/Fabric` holds it against a binary heap.
struct RadixQueue: ~Copyable {
    /// An event: a time and what happens then.
    struct Event {
        var time: Int
        var id: Int32
    }

    private var buckets: UnsafeMutablePointer<Bucket>
    /// Bit b is set if bucket b holds something.
    private var filled: UInt64 = 0
    /// The time of the event that was last taken.
    private var last = 0
    /// The first event of bucket 0 that has not been taken.
    private var head = 0

    private struct Bucket {
        var events: UnsafeMutablePointer<Event>
        var count: Int
        var capacity: Int
    }

    init() {
        buckets = .allocate(capacity: 64)
        for index in 0..<64 {
            buckets[index] = Bucket(events: .allocate(capacity: 16), count: 0, capacity: 16)
        }
    }

    deinit {
        for index in 0..<64 { buckets[index].events.deallocate() }
        buckets.deallocate()
    }

    /// Puts in an event.
    ///
    /// - Precondition: its time is not before the last one taken.
    @inline(__always)
    mutating func push(_ event: Event) {
        let index = 64 &- (event.time ^ last).leadingZeroBitCount
        append(event, to: index)
        filled |= 1 &<< UInt64(index)
    }

    @inline(__always)
    private func append(_ event: Event, to index: Int) {
        let bucket = buckets + index
        if bucket.pointee.count == bucket.pointee.capacity { Self.grow(bucket) }
        bucket.pointee.events[bucket.pointee.count] = event
        bucket.pointee.count &+= 1
    }

    @inline(never)
    private static func grow(_ bucket: UnsafeMutablePointer<Bucket>) {
        let larger = UnsafeMutablePointer<Event>.allocate(capacity: bucket.pointee.capacity * 2)
        larger.update(from: bucket.pointee.events, count: bucket.pointee.count)
        bucket.pointee.events.deallocate()
        bucket.pointee.events = larger
        bucket.pointee.capacity *= 2
    }

    /// Takes out the earliest event, or nil from an empty queue.
    @inline(__always)
    mutating func pop() -> Event? {
        if filled & 1 == 0 {
            guard filled != 0 else { return nil }
            refill()
        }
        let event = buckets[0].events[head]
        head &+= 1
        if head == buckets[0].count {
            head = 0
            buckets[0].count = 0
            filled &= ~1
        }
        return event
    }

    /// Empties the lowest filled bucket into lower ones; the earliest of it come to lie in bucket 0.
    @inline(never)
    private mutating func refill() {
        let index = filled.trailingZeroBitCount
        let count = buckets[index].count
        let events = buckets[index].events
        var earliest = events[0].time
        for position in 1..<max(1, count) { earliest = min(earliest, events[position].time) }
        last = earliest
        buckets[index].count = 0
        filled &= ~(1 &<< UInt64(index))
        for position in 0..<count { push(events[position]) }
    }
}
