import Foundation

/// Where vertices of a topology are drawn.
enum VertexLayout {
    /// A point in units of the distance of two neighbours; y grows downwards.
    struct Point: Hashable {
        var x: Double
        var y: Double

        static func + (left: Point, right: Point) -> Point { Point(x: left.x + right.x, y: left.y + right.y) }
    }

    /// Places of all vertices of a network, chips first. Switches lie above what they join.
    static func places(of topology: Topology, _ network: Network) -> [Point] {
        var places = chips(of: topology)
        var members = Array(repeating: [Int](), count: network.vertices)
        for channel in network.channels {
            members[Int(channel.destination)].append(Int(channel.source))
        }
        // A switch lies over the middle of the vertices before it that it is joined to, a level above the highest.
        var level = Array(repeating: 0, count: network.vertices)
        for vertex in network.chips..<network.vertices {
            let joined = members[vertex].filter { $0 < vertex }
            // Routers of a dragonfly stay with their chips.
            let chips = joined.filter { $0 < network.chips }
            let below = isTree(topology) || chips.isEmpty ? joined : chips
            level[vertex] = (below.map { level[$0] }.max() ?? 0) + 1
            let points = below.map { places[$0] }
            let count = Double(max(1, points.count))
            places.append(
                Point(
                    x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count - 0.8))
        }
        return isTree(topology) ? spread(places, level) : places
    }

    private static func isTree(_ topology: Topology) -> Bool {
        switch topology {
        case .fatTree: true
        case .grid(let axes): axes.count == 1 && axes[0].kind == .singleSwitch
        default: false
        }
    }

    /// Switches of one level side by side over the whole width.
    private static func spread(_ places: [Point], _ level: [Int]) -> [Point] {
        var places = places
        let width = max(1, places.map(\.x).max() ?? 1)
        for height in 1...max(1, level.max() ?? 1) {
            let row = level.indices.filter { level[$0] == height }
            for (number, vertex) in row.enumerated() {
                places[vertex] = Point(
                    x: (Double(number) + 0.5) * width / Double(row.count), y: -2.5 * Double(height))
            }
        }
        return places
    }

    private static func chips(of topology: Topology) -> [Point] {
        switch topology {
        case .grid(let axes): grid(axes)
        case .fatTree(let tree): (0..<tree.chips).map { Point(x: Double($0) + Double($0 / tree.down), y: 0) }
        case .dragonfly(let dragonfly):
            nested(
                inner: nested(
                    inner: row(dragonfly.chipsPerRouter), outer: circle(dragonfly.routersPerGroup)),
                outer: circle(dragonfly.groups))
        case .hierarchical(let hierarchy):
            if case .grid(let axes) = hierarchy.outer, axes.count == 1, let nodes = axes[0].chips {
                nested(inner: chips(of: hierarchy.inner), outer: circle(nodes))
            } else {
                nested(inner: chips(of: hierarchy.inner), outer: chips(of: hierarchy.outer))
            }
        case .graph(let graph): circle(graph.chips)
        }
    }

    private static func grid(_ axes: [Axis]) -> [Point] {
        if axes.count == 1, let chips = axes[0].chips {
            switch axes[0].kind {
            case .line, .singleSwitch: return row(chips)
            default: return circle(chips)
            }
        }
        // The first two axes as rows and columns, further ones as copies beside and below.
        var points = [Point(x: 0, y: 0)]
        var size = Point(x: 1, y: 1)
        for (index, axis) in axes.enumerated() {
            let count = axis.chips ?? 1
            let isHorizontal = index.isMultiple(of: 2)
            let gap = index < 2 ? 0.0 : 1.0
            let step = (isHorizontal ? size.x : size.y) + gap
            points = (0..<count).flatMap { number in
                points.map {
                    $0 + (isHorizontal ? Point(x: Double(number) * step, y: 0) : Point(x: 0, y: Double(number) * step))
                }
            }
            if isHorizontal { size.x = step * Double(count) } else { size.y = step * Double(count) }
        }
        return points
    }

    private static func row(_ count: Int) -> [Point] { (0..<count).map { Point(x: Double($0), y: 0) } }

    /// Points on a circle, neighbours one apart.
    private static func circle(_ count: Int) -> [Point] {
        guard count > 2 else { return row(count) }
        let radius = 0.5 / sin(.pi / Double(count))
        return (0..<count).map { index in
            let angle = 2 * .pi * Double(index) / Double(count) - .pi / 2
            return Point(x: radius * cos(angle), y: radius * sin(angle))
        }
    }

    /// A copy of the inner points at each of the outer ones, which are moved apart as far as that takes.
    private static func nested(inner: [Point], outer: [Point]) -> [Point] {
        let widths = [inner.map(\.x), inner.map(\.y)].map { ($0.max() ?? 0) - ($0.min() ?? 0) }
        let distance = (widths.max() ?? 0) + 2
        return outer.flatMap { place in
            inner.map { Point(x: place.x * distance, y: place.y * distance) + $0 }
        }
    }
}
