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
/// 34 ms, this loop around a non-blocking one 0.15 ms. After a while of waiting the rank also sleeps, for a small part
/// of the time it has already waited, so that it costs a computing rank on the same core next to nothing.
struct Backoff {
    /// Whether sleeping is right: not while large data moves, which the library does only when it is called.
    let maySleep: Bool
    private var looks = 0
    private var start: UInt64 = 0

    init(maySleep: Bool) { self.maySleep = maySleep }

    private static let looksBeforeTheClock = 64
    private static let nanosecondsBeforeSleep: UInt64 = 1_000_000
    private static let longestSleep: UInt64 = 500_000

    mutating func pause() {
        looks += 1
        if !maySleep || looks < Self.looksBeforeTheClock {
            sched_yield()
            return
        }
        let now = Self.now()
        if start == 0 { start = now }
        let waited = now - start
        if waited < Self.nanosecondsBeforeSleep {
            sched_yield()
        } else {
            var time = timespec(tv_sec: 0, tv_nsec: Int(min(waited / 20, Self.longestSleep)))
            nanosleep(&time, nil)
        }
    }

    /// Whether this is a time to look at things that are rarely there.
    var isPatient: Bool { looks.isMultiple(of: Self.looksBeforeTheClock) }

    /// Nanoseconds of a clock that never goes back.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
