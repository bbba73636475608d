import Fabric
import Units

/// One exchange for a reader.
public struct CollectiveReport {
    let fabric: String
    let exchanges: [GroupExchange]
    let interconnect: Interconnect
    let parts: [(finish: Picoseconds, algorithm: Algorithm)]
    let result: ExchangeResult
    let alternatives: [ExchangeResult]

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - exchanges: what goes on at the same time; the first is the one that was asked for, others are beside it.
    ///   - alternatives: the same by other algorithms, or none.
    public init(
        fabric: String, exchanges: [GroupExchange], interconnect: Interconnect, result: ConcurrentResult,
        alternatives: [ExchangeResult]
    ) {
        self.fabric = fabric
        self.exchanges = exchanges
        self.interconnect = interconnect
        parts = result.parts
        self.result = result.total
        self.alternatives = alternatives
    }

    var collective: Collective { exchanges[0].collective }
    var groups: [[Int]] { exchanges[0].groups }

    /// The exchange in a line.
    public var title: String { "\(Self.text(exchanges[0])) on \(fabric)" }

    private static func text(_ exchange: GroupExchange) -> String {
        let count = exchange.groups[0].count
        let who =
            exchange.groups.count == 1
            ? "among \(count) chips" : "in each of \(exchange.groups.count) groups of \(count) chips"
        return "\(exchange.collective.operation.rawValue) of \(Figures.bytes(exchange.collective.bytes.count)) \(who)"
    }

    /// The network with the utilisation of its links.
    public var drawing: NetworkDrawing { interconnect.drawing(of: result) }

    /// n over the time, per second.
    var algorithmBandwidth: Double {
        parts[0].finish == .zero ? 0 : Double(collective.bytes.count) / parts[0].finish.seconds
    }

    /// What a chip must at least send and receive over the time, per second: comparable between numbers of chips.
    var busBandwidth: Double {
        let p = Double(groups[0].count)
        return switch collective.operation {
        case .allReduce: algorithmBandwidth * 2 * (p - 1) / p
        case .reduceScatter, .allGather, .allToAll: algorithmBandwidth * (p - 1) / p
        case .broadcast, .pointToPoint: algorithmBandwidth
        }
    }

    /// Links that carry something, the busiest first; of equally busy ones the first of the network.
    func busiestLinks(_ count: Int) -> [LinkLoad] {
        let loaded = result.loads.enumerated().filter { $0.element.bytes > .zero }
        return loaded.sorted { ($1.element.utilization, $0.offset) < ($0.element.utilization, $1.offset) }
            .prefix(count).map(\.element)
    }

    /// The text.
    public var text: String {
        let assumptions = interconnect.assumptions
        var how = "\(result.algorithm.rawValue), \(result.evaluator.rawValue)"
        how += result.sharesLinks ? ", links are shared" : ", no link is shared"
        if result.sharesLinks, result.evaluator == .closedForm { how += ": a bound from below" }
        var assumed = assumptions.switching.rawValue
        if assumptions.endpointDelay > .zero {
            assumed += ", endpoint delay \(Quantity(Double(assumptions.endpointDelay.count), .time).text)"
        }
        if let rate = assumptions.reductionBytesPerSecond {
            assumed += ", additions at \(Quantity(rate, .bandwidth).text)"
        } else {
            assumed += ", additions take no time"
        }
        if assumptions.chunks > 1 {
            assumed += ", \(assumptions.chunks) chunks, \(assumptions.chunksInFlight) in flight"
        }
        var text = """
            \(title)

              time        \(Figures.si(result.time.seconds, "s")) (\(result.time.count) ps)
              algorithm   \(how)
              assumed     \(assumed)
              bandwidth   \(Figures.si(algorithmBandwidth, "B/s")) of the vector, \(Figures.si(busBandwidth, "B/s")) bus
              links       \(Figures.bytes(result.linkBytes.count)) in \(result.messages) messages, busiest link \
            \(Figures.percent(result.maximumLinkUtilization)) of the time
              energy      \(Figures.si(result.energy.joules, "J"))

            """
        if exchanges.count > 1 {
            var table = TextTable("at the same time", ">done after", "algorithm")
            for (exchange, part) in zip(exchanges, parts) {
                table.add(Self.text(exchange), Figures.si(part.finish.seconds, "s"), part.algorithm.rawValue)
            }
            text += "\n" + table.text() + "\n"
        }
        var links = TextTable("busiest link", ">bytes", ">busy")
        for load in busiestLinks(5) {
            links.add(
                "\(interconnect.name(ofVertex: load.source)) to \(interconnect.name(ofVertex: load.destination))",
                Figures.bytes(load.bytes.count), Figures.percent(load.utilization))
        }
        text += "\n" + links.text() + "\n"
        if !alternatives.isEmpty {
            var table = TextTable("algorithm", ">time", "evaluator", ">link bytes", ">energy", ">busiest link")
            for other in alternatives {
                table.add(
                    other.algorithm.rawValue, Figures.si(other.time.seconds, "s"), other.evaluator.rawValue,
                    Figures.bytes(other.linkBytes.count), Figures.si(other.energy.joules, "J"),
                    Figures.percent(other.maximumLinkUtilization))
            }
            text += "\n" + table.text() + "\n"
        }
        return text
    }
}
