import Fabric
import Units

/// A network's figures as comments at the head of its file.
struct TopologySummary {
    let metrics: NetworkMetrics

    init(_ metrics: NetworkMetrics) { self.metrics = metrics }

    var comment: String {
        var joined = "\(metrics.chips) chips"
        if metrics.switches > 0 { joined += ", \(metrics.switches) switch\(metrics.switches == 1 ? "" : "es")" }
        var cost = "cost: \(metrics.duplexLinks + metrics.simplexLinks) links"
        if metrics.simplexLinks > 0 {
            cost += metrics.duplexLinks == 0 ? " (one way)" : " (\(metrics.simplexLinks) of them one way)"
        }
        cost += ", \(metrics.ports) ports, \(Figures.si(metrics.totalBytesPerSecond, "B/s")) in all directions together"
        var lines = [joined, cost]
        if metrics.chips > 1 {
            lines.append(
                "diameter \(metrics.diameterHops) hops, "
                    + "\(Quantity(Double(metrics.diameterLatency.count), .time).text)"
                    + (metrics.coversAllPairs ? "" : " at least (from 64 of the chips)")
                    + "; mean \(Figures.threeDigits(metrics.meanHops)) hops, "
                    + "\(Figures.threeDigits(metrics.meanPicojoulesPerBit)) pJ/bit")
        }
        if let bisection = metrics.bisectionBytesPerSecond {
            lines.append("bisection bandwidth \(Figures.si(bisection, "B/s")) in one direction")
        }
        return lines.map { "# \($0)\n" }.joined()
    }
}
