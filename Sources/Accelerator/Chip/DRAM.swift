import Units

/// The off-chip memory of one chip, seen as one bus.
///
/// A transfer waits for the bus, holds it for its bytes at the sustained rate, and its data are there one access latency
/// after they left the memory; latencies of queued transfers overlap. The sustained rate is the peak rate less refresh,
/// `peak (1 - tRFC / tREFI)`. Contiguous runs are rounded up to whole bursts. Weight tiles are laid out tile by tile when
/// the model is loaded, so that a tile is one run.
public struct DRAM: Sendable {
    /// Peak rate in bytes per second.
    public let bytesPerSecond: Double
    /// Access latency in chip cycles, rounded up.
    public let latencyCycles: Int
    /// Smallest piece that is moved.
    public let burst: Bytes
    /// The row that one activation opens.
    public let row: Bytes
    /// Size.
    public let capacity: Bytes
    /// Share of the time that refresh takes.
    public let refreshShare: Double
    /// How energy is counted.
    public let energy: DRAMEnergy
    /// Power that is drawn whatever happens, in milliwatts; 0 with a flat energy, which contains it.
    public let backgroundMilliwatts: Double

    /// Cycles per byte at the sustained rate, in units of 2^-32, rounded up: transfer times are integer arithmetic.
    private let cyclesPerByteQ32: UInt64

    init(_ description: AcceleratorDescription, clock: Frequency) {
        bytesPerSecond = description[.dramBandwidth]
        latencyCycles = clock.cycles(covering: Picoseconds(Int(description[.dramLatency]))).count
        burst = Bytes(Int(description[.dramBurst]))
        row = Bytes(Int(description[.dramRow]))
        capacity = Bytes(Int(description[.dramCapacity]))
        refreshShare = description[.dramRefreshTime] / description[.dramRefreshInterval]
        if description.splitsDRAMEnergy {
            energy = .split(
                activatePerRow: Picojoules(description[.dramActivateEnergy]),
                readPerBit: Picojoules(description[.dramReadEnergy]),
                writePerBit: Picojoules(description[.dramWriteEnergy]),
                interfacePerBit: Picojoules(description[.dramInterfaceEnergy]))
            backgroundMilliwatts = description[.dramBackgroundPower]
        } else {
            energy = .flat(perBit: Picojoules(description[.dramEnergy]))
            backgroundMilliwatts = 0
        }
        let sustained = bytesPerSecond * (1 - refreshShare)
        cyclesPerByteQ32 = UInt64((clock.hertz / sustained * 4_294_967_296).rounded(.up))
    }

    /// Bytes that really move for a number of equal contiguous runs.
    public func moved(runs: Int, of bytes: Int) -> Int {
        runs * ((bytes + burst.count - 1) / burst.count * burst.count)
    }

    /// Cycles for which the bus is held by a transfer of that many moved bytes, rounded up.
    public func busCycles(for bytes: Int) -> Int {
        let (high, low) = UInt64(bytes).multipliedFullWidth(by: cyclesPerByteQ32)
        let (sum, carry) = low.addingReportingOverflow(0xFFFF_FFFF)
        return Int((high + (carry ? 1 : 0)) << 32 | sum >> 32)
    }

    /// Energy of moving bytes in runs of a given length.
    ///
    /// - Parameters:
    ///   - bytes: moved bytes, whole bursts.
    ///   - runs: number of contiguous runs; each opens at least one row.
    ///   - isWrite: the direction.
    public func energy(moving bytes: Int, runs: Int, isWrite: Bool) -> Picojoules {
        let bits = Double(bytes) * 8
        switch energy {
        case .flat(let perBit): return perBit * bits
        case .split(let activatePerRow, let readPerBit, let writePerBit, let interfacePerBit):
            let rows = max(runs, (bytes + row.count - 1) / row.count)
            return activatePerRow * Double(rows) + ((isWrite ? writePerBit : readPerBit) + interfacePerBit) * bits
        }
    }
}

/// The two ways of counting DRAM energy, which are never mixed: a flat figure already contains the rest.
public enum DRAMEnergy: Sendable {
    /// One figure for a moved bit, activations, interface and standby included.
    case flat(perBit: Picojoules)
    /// Row activations, array accesses and interface apart; background power is counted by time.
    case split(
        activatePerRow: Picojoules, readPerBit: Picojoules, writePerBit: Picojoules, interfacePerBit: Picojoules)
}
