import Documents
import Units

/// The network of a system of chips: costs their exchanges, each distinct one once.
///
/// A fabric for a number of chips of its own is that network, and groups lie on it as their chips are numbered. One that
/// takes any number is built to the shape of the system: its kind along each dimension, so that every tensor-parallel
/// group, every row of pipeline partners and every set of replicas has links of its own.
public final class Interconnect {
    private let fabric: Fabric

    /// Builds the network of `shape.reduce(1, *)` chips, numbered with the first dimension fastest.
    ///
    /// - Parameter shape: extents of the system, such as tensor, pipeline and data parallelism.
    /// - Throws: ``InputError`` where the fabric has another number of chips.
    public init(_ fabric: Fabric, shape: [Int]) throws {
        let chips = shape.reduce(1, *)
        if let own = fabric.chips, own != chips {
            throw InputError(
                .usage, key: "--topology", problem: "\(fabric.name) joins \(own) chips, the system has \(chips)",
                expected: "the same number")
        }
        self.fabric = fabric
    }

    /// The cost of one exchange in each of several groups at the same time.
    ///
    /// - Parameters:
    ///   - collective: what each group does.
    ///   - groups: the chips of each group in their order.
    ///   - arrivals: when each chip of each group arrives, or nil where all arrive together.
    public func cost(
        of collective: Collective, among groups: [[Int]], arrivals: [[Picoseconds]]? = nil
    ) -> ExchangeCost {
        var total = ExchangeCost.none
        for (index, group) in groups.enumerated() {
            let cost =
                switch collective.operation {
                case .allReduce:
                    fabric.cost(
                        of: .allReduce(collective.bytes, elementBytes: collective.elementBytes), among: group.count)
                case .allGather, .reduceScatter, .allToAll, .broadcast:
                    fabric.cost(of: .allGather(collective.bytes), among: group.count)
                case .pointToPoint: fabric.cost(of: .sendToNext(collective.bytes), among: group.count)
                }
            let skew = arrivals.map { ($0[index].max() ?? .zero) - ($0[index].min() ?? .zero) } ?? .zero
            total.time = max(total.time, skew + cost.time)
            total.linkBytes += cost.sentBytesPerChip * group.count
            total.energy += cost.energyPerChip * Double(group.count)
            total.additions += cost.additionsPerChip * group.count
        }
        return total
    }
}
