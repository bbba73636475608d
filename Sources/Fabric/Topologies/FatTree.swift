/// A folded Clos network of equal switches with two or three levels (Leiserson 1985; k-ary form of Al-Fares et al.,
/// SIGCOMM 2008, doi:10.1145/1402958.1402967).
///
/// An edge switch of radix k has d ports down and u up, d / u being the oversubscription. Two levels: u spines, each
/// joined to every edge switch. Three levels: pods of k/2 edge and u aggregation switches, and u · k/2 cores; core
/// (a, c) is joined to aggregation switch a of each pod. Only switches that chips need are there.
public struct FatTree: Hashable, Sendable, Codable {
    /// 2 or 3.
    public var levels: Int
    /// Ports of a switch.
    public var radix: Int
    /// Chips below an edge switch.
    public var down: Int
    /// Chips.
    public var chips: Int
    /// Every link.
    public var link: Link
    /// Every switch.
    public var `switch`: Switch

    /// Creates a tree; `down` from 1 to `radix` - 1.
    public init(levels: Int, radix: Int, down: Int, chips: Int, link: Link, switch: Switch) {
        self.levels = levels
        self.radix = radix
        self.down = down
        self.chips = chips
        self.link = link
        self.switch = `switch`
    }

    /// Uplinks of an edge switch.
    public var up: Int { radix - down }

    /// Edge switches of a pod; with two levels there is one pod.
    var edgesPerPod: Int { levels == 2 ? radix : radix / 2 }

    /// The most chips of a tree of this shape.
    public var capacity: Int { down * edgesPerPod * (levels == 2 ? 1 : radix) }

    /// Edge switches that chips need.
    var edges: Int { (chips + down - 1) / down }

    /// Pods that chips need.
    var pods: Int { (edges + edgesPerPod - 1) / edgesPerPod }

    var extents: [Int] {
        guard chips == edges * down else { return [chips] }
        guard levels == 3, edges == pods * edgesPerPod else { return [down, edges] }
        return [down, edgesPerPod, pods]
    }
}

/// Up to the lowest common level, then down. Which of the equal ways up is taken depends on the destination alone
/// (destination-modulo routing), so that messages to different chips spread and those to one chip never overtake.
struct FatTreeRouting: Routing {
    private let tree: FatTree
    /// Channels of each chip to its edge switch and back.
    private var toEdge: [Int32] = []
    private var toChip: [Int32] = []
    /// Channels of each edge switch to each switch above, and back [edge x up].
    private var rising: [Int32] = []
    private var falling: [Int32] = []
    /// Channels of each aggregation switch to its cores, and back [pod x up x radix/2].
    private var risingToCore: [Int32] = []
    private var fallingFromCore: [Int32] = []

    init(_ tree: FatTree, over terminals: [Int], in builder: inout NetworkBuilder) {
        self.tree = tree
        let edges = (0..<tree.edges).map { _ in builder.addSwitch() }
        // With two levels the spines are the aggregation switches of the only pod.
        let upper = (0..<tree.pods * tree.up).map { _ in builder.addSwitch() }
        for (chip, terminal) in terminals.enumerated() {
            let edge = edges[chip / tree.down]
            toEdge.append(builder.addChannel(from: terminal, to: edge, tree.link))
            toChip.append(builder.addChannel(from: edge, to: terminal, tree.link, leaving: tree.switch))
        }
        for (number, edge) in edges.enumerated() {
            for port in 0..<tree.up {
                let above = upper[number / tree.edgesPerPod * tree.up + port]
                rising.append(builder.addChannel(from: edge, to: above, tree.link, leaving: tree.switch))
                falling.append(builder.addChannel(from: above, to: edge, tree.link, leaving: tree.switch))
            }
        }
        guard tree.levels == 3, tree.pods > 1 else { return }
        let cores = (0..<tree.up * (tree.radix / 2)).map { _ in builder.addSwitch() }
        for (number, aggregation) in upper.enumerated() {
            for port in 0..<tree.radix / 2 {
                let core = cores[number % tree.up * (tree.radix / 2) + port]
                risingToCore.append(builder.addChannel(from: aggregation, to: core, tree.link, leaving: tree.switch))
                fallingFromCore.append(
                    builder.addChannel(from: core, to: aggregation, tree.link, leaving: tree.switch))
            }
        }
    }

    func append(from source: Int, to destination: Int, to route: inout [Int32]) {
        let (edge, target) = (source / tree.down, destination / tree.down)
        let (pod, targetPod) = (edge / tree.edgesPerPod, target / tree.edgesPerPod)
        let port = destination % tree.up
        route.append(toEdge[source])
        if edge != target {
            route.append(rising[edge * tree.up + port])
            if pod != targetPod {
                let core = destination / tree.up % (tree.radix / 2)
                route.append(risingToCore[(pod * tree.up + port) * (tree.radix / 2) + core])
                route.append(fallingFromCore[(targetPod * tree.up + port) * (tree.radix / 2) + core])
            }
            route.append(falling[target * tree.up + port])
        }
        route.append(toChip[destination])
    }
}
