import Foundation

/// What a case may use: seconds of the processor, and memory beyond what the process has already.
struct ResourceLimits {
    /// Seconds of the processor before SIGPROF ends the process.
    var seconds = 10
    /// Seconds of the clock before SIGALRM does; other programs may keep the processor busy.
    var clockSeconds = 300
    /// Bytes of address space for any input.
    var memory = 96 << 20
    /// Bytes of address space for each byte of the files.
    var memoryPerByte = 64

    /// Runs a case under the limits; a case that exceeds them ends the process.
    func run<Result>(fileBytes: Int, _ body: () throws -> Result) rethrows -> Result {
        var before = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &before)
        var own = before
        own.rlim_cur = min(before.rlim_max, rlim_t(Self.addressSpace() + memory + memoryPerByte * fileBytes))
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &own)
        set(seconds: seconds, clockSeconds: clockSeconds)
        defer {
            set(seconds: 0, clockSeconds: 0)
            setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &before)
        }
        return try body()
    }

    private func set(seconds: Int, clockSeconds: Int) {
        for (timer, value) in [(ITIMER_PROF, seconds), (ITIMER_REAL, clockSeconds)] {
            var interval = itimerval(
                it_interval: timeval(tv_sec: 0, tv_usec: 0), it_value: timeval(tv_sec: value, tv_usec: 0))
            setitimer(__itimer_which_t(timer.rawValue), &interval, nil)
        }
    }

    /// Bytes of address space that the process has.
    private static func addressSpace() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").first.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The largest resident memory that the process has had, in bytes.
    static func peakMemory(of who: __rusage_who_t) -> Int {
        var usage = rusage()
        getrusage(who, &usage)
        return usage.ru_maxrss * 1024
    }
}
