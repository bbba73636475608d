import Documents
import Units

/// The network between chips, as a topology file or a preset gives it.
public struct Fabric: Hashable, Sendable, Codable {
    /// The name of the file or preset.
    public var name: String
    /// How chips are joined, and by what links.
    public var topology: Topology
    /// What is assumed of messages.
    public var assumptions: NetworkAssumptions

    /// Creates a fabric.
    public init(name: String, topology: Topology, assumptions: NetworkAssumptions = NetworkAssumptions()) {
        self.name = name
        self.topology = topology
        self.assumptions = assumptions
    }

    /// The first link, which stands for the fabric in summaries.
    public var link: Link { topology.links[0] }

    /// The chips it joins, or nil where it takes any number.
    public var chips: Int? { topology.chips }

    /// Refuses an exchange whose time might not fit a 64-bit count of picoseconds, even if all messages of an all-reduce
    /// went over one link one after the other.
    ///
    /// - Parameter bytes: the whole vector.
    /// - Throws: ``InputError`` that names bytes and rate.
    public func checkCountable(_ bytes: Double, among chips: Int) throws {
        guard chips > 1, let slowest = topology.links.map(\.bytesPerSecond).min() else { return }
        let hops = topology.chips == nil ? chips : min(chips, topology.extents.reduce(6, +))
        let seconds = bytes / slowest * 2 * Double(chips) * Double(hops)
        guard seconds > 4e6 else { return }
        throw InputError(
            .usage, key: "--topology",
            problem: "an exchange of \(Int(min(bytes, 1e18))) bytes among \(chips) chips over links of "
                + "\(Quantity(slowest, .bandwidth).text) may take more time than can be counted",
            expected: "faster links, or less to send")
    }

    /// The topology for a system of that shape.
    ///
    /// A topology with a number of chips of its own stays as it is. A switch without one joins all chips of the system.
    /// Any other axis without one is repeated along every dimension of the system, so that each tensor-parallel group,
    /// each row of pipeline partners and each set of replicas has links of its own.
    func topology(for shape: [Int]) -> Topology {
        guard case .grid(let axes) = topology, axes.count == 1, axes[0].chips == nil else { return topology }
        func axis(_ chips: Int) -> Axis {
            var axis = axes[0]
            axis.chips = chips
            return axis
        }
        if axes[0].kind == .singleSwitch { return .grid([axis(shape.reduce(1, *))]) }
        let extents = shape.filter { $0 > 1 }
        return .grid(extents.isEmpty ? [axis(1)] : extents.map(axis))
    }
}
