import Fabric

/// The networks of a search, each shape of system built once: what one plan's exchanges take is known to the next.
final class Networks {
    private let fabric: Fabric
    private var known: [[Int]: Interconnect] = [:]

    init(_ fabric: Fabric) { self.fabric = fabric }

    /// The network of a plan.
    ///
    /// - Throws: ``InputError`` where the fabric has another number of chips.
    func network(of plan: Plan) throws -> Interconnect {
        let shape = [plan.tensorParallel, plan.pipelineParallel, plan.dataParallel]
        if let interconnect = known[shape] { return interconnect }
        let interconnect = try Interconnect(fabric, shape: shape)
        known[shape] = interconnect
        return interconnect
    }
}
