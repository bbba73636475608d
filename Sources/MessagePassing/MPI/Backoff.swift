import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a rank does between two looks at an operation that has not completed.
///
/// It gives the processor away at once, so that more ranks than cores work well with any library. Debian's MPICH never
/// does so itself, whatever MPIR_CVAR_POLLS_BEFORE_YIELD says: its own blocking barrier of 8 ranks on 2 cores takes
/// 34 ms, this loop around a non-blocking one 0.05 ms.
///
/// It sleeps instead where that is better: after a while of waiting, for a small part of the time it has already
/// waited, so that it costs a computing rank on the same core next to nothing; and shortly where somebody computes on
/// its core. Who yields to a computing process comes back a whole time slice later, who sleeps comes back at once: the
/// barrier takes 0.3 to 0.5 ms instead of 3 to 7 ms beside two such processes.
struct Backoff {
    /// Whether sleeping long is right: not while large data moves, which the library does only when it is called.
    let maySleep: Bool
    private var looks = 0
    private var start: UInt64 = 0
    /// How many more times to sleep shortly. Outlives the single wait, which is too short to learn much from.
    private static let crowdedLooks = Atomic<Int>(0)

    init(maySleep: Bool) { self.maySleep = maySleep }

    private static let nanosecondsBeforeSleep: UInt64 = 1_000_000
    private static let longestSleep: UInt64 = 500_000
    /// A yield that takes this long has given the core to somebody who computes.
    private static let slowYield: UInt64 = 500_000
    /// How many looks later yielding is tried again.
    private static let looksWhenCrowded = 200

    mutating func pause() {
        looks += 1
        let now = Self.now()
        if start == 0 { start = now }
        let waited = now - start
        if maySleep && waited >= Self.nanosecondsBeforeSleep {
            Self.sleep(min(waited / 20, Self.longestSleep))
        } else if Self.crowdedLooks.load(ordering: .relaxed) > 0 {
            Self.crowdedLooks.subtract(1, ordering: .relaxed)
            Self.sleep(1)
        } else {
            sched_yield()
            if Self.now() - now > Self.slowYield { Self.crowdedLooks.store(Self.looksWhenCrowded, ordering: .relaxed) }
        }
    }

    /// Whether this is a time to look at things that are rarely there.
    var isPatient: Bool { looks.isMultiple(of: 64) }

    /// Nanoseconds of a clock that never goes back.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func sleep(_ nanoseconds: UInt64) {
        var time = timespec(tv_sec: 0, tv_nsec: Int(nanoseconds))
        nanosleep(&time, nil)
    }
}
