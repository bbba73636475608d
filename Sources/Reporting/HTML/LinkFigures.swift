import Fabric
import Foundation
import Simulation
import Workload

/// The network of a run with the links that are busiest.
struct LinkFigures {
    let result: RunResult
    let timeline: Timeline

    /// Vertices that a drawing can show so that they are told apart.
    private static let mostVertices = 300
    private static let listedLinks = 8

    var items: [HTMLPage.Item] {
        let plan = result.plan
        let shape = [plan.tensorParallel, plan.pipelineParallel, plan.dataParallel]
        guard let interconnect = try? Interconnect(result.request.fabric, shape: shape) else { return [] }
        return PhaseStep.Phase.allCases.flatMap { phase -> [HTMLPage.Item] in
            guard let links = timeline.links[phase], !links.isEmpty, let span = timeline.phases[phase] else {
                return []
            }
            let shares = links.map { $0.busyPicoseconds / Double(max(1, span.duration.count)) }
            let drawing = interconnect.drawing(utilizations: shares)
            var items: [HTMLPage.Item] = []
            if drawing.vertices.count <= Self.mostVertices {
                let title = "\(result.request.fabric.name) in \(phase.rawValue)"
                let busiest = shares.max() ?? 0
                items.append(
                    .drawing(
                        name: "network-\(phase.rawValue)", title: "Links in \(phase.rawValue)",
                        caption:
                            "Boxes are chips, circles switches. The colour is the share of the phase for which the busier "
                            + "direction of a link is busy, up to \(PlotNumber.percent(busiest)) for the busiest.",
                        svg: TopologyDrawing(drawing, title: title, fullScale: busiest, name: phase.rawValue).svg))
            }
            items.append(.html(table(phase, links, shares, interconnect)))
            return items
        }
    }

    private func table(
        _ phase: PhaseStep.Phase, _ links: [Timeline.LinkUse], _ shares: [Double], _ interconnect: Interconnect
    ) -> String {
        var table = PageTable(
            title: "Busiest links in \(phase.rawValue)",
            columns: [
                .init(title: "Busiest links in \(phase.rawValue)"), .init(title: "Bytes", isNumber: true),
                .init(title: "Busy", isNumber: true),
            ], isSortable: false)
        let ends = interconnect.channelEnds
        let order = links.indices.sorted { (-shares[$0], $0) < (-shares[$1], $1) }
        for link in order.prefix(Self.listedLinks) where links[link].bytes > 0 {
            let (from, to) = ends[link]
            table.rows.append([
                .init("\(interconnect.name(ofVertex: from)) to \(interconnect.name(ofVertex: to))"),
                .init(Figures.bytes(Int(links[link].bytes.rounded()))), .init(PlotNumber.percent(shares[link])),
            ])
        }
        return table.html
    }
}
