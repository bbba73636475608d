import Fabric
import Units
import Workload

/// What chips and links do in a run, and when.
///
/// On every chip that is shown, the events of the track `work` of a phase follow each other without a gap from its start to
/// its end, and the durations on each unit's track add up to the figures of ``PhaseCost``.
public struct Timeline: Sendable {
    /// Something that is not shown as it was asked for.
    public enum Cut: Hashable, Sendable {
        /// Only these chips, the first of each kind or fewer, of so many.
        case chips([Int], of: Int)
        /// Steps of a phase from this one on, which begins at that time, are shown pass by pass, as are later phases.
        case steps(PhaseStep.Phase, from: Int, at: Picoseconds)
        /// Steps of a phase from this one on, which begins at that time, are shown as a whole, as are later phases.
        case rest(PhaseStep.Phase, from: Int, at: Picoseconds)
    }

    /// What was asked for.
    public var scope: TimelineScope
    /// The chips that are shown.
    public var chips: [Int] = []
    /// What they do: an event that lies in another one of its track comes after it.
    public var events: [TimelineEvent] = []
    /// How much they do; a chip's samples in the order of time.
    public var samples: [TimelineSample] = []
    /// What is not shown as asked for.
    public var cuts: [Cut] = []
    /// When each phase starts and how long it takes.
    public var phases: [PhaseStep.Phase: Span] = [:]
    /// What each direction of each link carries in each phase, in the order of the network; empty unless asked for.
    public var links: [PhaseStep.Phase: [LinkUse]] = [:]

    /// A stretch of time.
    public struct Span: Hashable, Sendable {
        /// Its start, from that of the run.
        public var start: Picoseconds
        /// Its length.
        public var duration: Picoseconds
    }

    /// What one direction of a link carries in a phase: all exchanges of all chips.
    public struct LinkUse: Hashable, Sendable {
        /// Payload in bytes. Exchanges that are taken to be alike share theirs evenly, so it need not be whole.
        public var bytes = 0.0
        /// Picoseconds for which it is busy.
        public var busyPicoseconds = 0.0
    }

    /// Events, and two values for each sample: what the limit counts.
    public var size: Int { events.count + 2 * samples.count }
}
