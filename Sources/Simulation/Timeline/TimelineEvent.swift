import Accelerator
import Units

/// Something that a unit of a chip does for a while.
///
/// Starts and ends of operators, exchanges and passes are those that made the result. What is not known is when inside an
/// operator its units work: tile by tile they take turns. There a unit's busy time is drawn in one piece: DRAM from the
/// operator's start, the PE array and after it the vector unit up to its end. Durations are exact everywhere.
public struct TimelineEvent: Hashable, Sendable {
    /// The lanes of a chip.
    public enum Track: Int, Sendable, CaseIterable {
        /// Phases, and in them passes of micro-batches.
        case phases
        /// What the chip is at, without a gap: own work, exposed communication, waiting.
        case work
        /// The PE array.
        case peArray
        /// The DRAM bus.
        case dram
        /// The vector unit, where it works alone.
        case vectorUnit
        /// Exchanges with chips of the same stage, from their last arrival.
        case link
        /// What comes from the stage before.
        case stageLink
    }

    /// What goes on.
    public enum Kind: String, Sendable, CaseIterable {
        /// A whole phase.
        case phase
        /// A micro-batch on its way through a stage.
        case pass
        /// Operators of the model.
        case work
        /// An exchange, or on the track `work` the part of it that sticks out behind the slowest chip's work.
        case communication
        /// Waiting for slower chips of the group.
        case waiting
        /// Nothing to do: waiting for other stages, or done before other replicas.
        case bubble
    }

    /// The chip.
    public var chip: Int
    /// The lane.
    public var track: Track
    /// What goes on.
    public var kind: Kind
    /// The operator, the exchange, the part of the model, or the step.
    public var name: String
    /// From the start of the run.
    public var start: Picoseconds
    /// How long it takes; more than nothing.
    public var duration: Picoseconds
    /// The layer of the model, or nil outside of layers and for several together.
    public var layer: Int?
    /// How many of them are shown in one piece.
    public var count = 1
    /// What it takes on the chip; nil for what is no work.
    public var cost: OperatorCost?
    /// The vector that is exchanged, or nil.
    public var bytes: Bytes?

    /// The end.
    public var end: Picoseconds { start + duration }
}

/// How much a chip does from a moment on, until its next sample.
public struct TimelineSample: Hashable, Sendable {
    /// The chip.
    public var chip: Int
    /// From the start of the run.
    public var start: Picoseconds
    /// PEs that work, as a share of all; the mean over the event that begins here.
    public var utilization: Double
    /// Bytes that the DRAM moves per second; the mean over the event that begins here.
    public var dramBytesPerSecond: Double
}
