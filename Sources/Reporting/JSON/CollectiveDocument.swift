import Fabric

/// The document `bitmod-dist.collective/1`.
public struct CollectiveDocument: Encodable {
    struct Request: Encodable {
        let operation: String
        let bytes: Int
        let elementBytes: Int
        let topology: String
        let chips: Int
        let groups: Int
        let groupSize: Int
        let assumptions: NetworkAssumptionsDocument
    }

    struct Load: Encodable {
        let source: String
        let destination: String
        let bytes: Int
        let utilization: Double
    }

    struct Part: Encodable {
        let operation: String
        let bytes: Int
        let groups: Int
        let groupSize: Int
        let algorithm: String
        let finishSeconds: Double
        let finishPicoseconds: Int
    }

    struct Alternative: Encodable {
        let algorithm: String
        let evaluator: String
        let timeSeconds: Double
        let timePicoseconds: Int
        let energyJoules: Double
        let linkBytes: Int
        let maximumLinkUtilization: Double

        init(_ result: ExchangeResult) {
            algorithm = result.algorithm.rawValue
            evaluator = result.evaluator.rawValue
            timeSeconds = result.time.seconds
            timePicoseconds = result.time.count
            energyJoules = result.energy.joules
            linkBytes = result.linkBytes.count
            maximumLinkUtilization = result.maximumLinkUtilization
        }
    }

    let schema = "bitmod-dist.collective/1"
    let request: Request
    let timeSeconds: Double
    let timePicoseconds: Int
    let algorithm: String
    let evaluator: String
    let sharesLinks: Bool
    let energyJoules: Double
    let linkBytes: Int
    let maximumLinkUtilization: Double
    let algorithmBandwidthBytesPerSecond: Double
    let busBandwidthBytesPerSecond: Double
    let messages: Int
    let linkEvents: Int
    let additions: Int
    let busiestLinks: [Load]
    let exchanges: [Part]
    let alternatives: [Alternative]?

    /// Creates the document of an exchange.
    public init(_ report: CollectiveReport) {
        let (result, interconnect) = (report.result, report.interconnect)
        request = Request(
            operation: report.collective.operation.rawValue, bytes: report.collective.bytes.count,
            elementBytes: report.collective.elementBytes, topology: report.fabric,
            chips: interconnect.topology.chips ?? 0, groups: report.groups.count, groupSize: report.groups[0].count,
            assumptions: NetworkAssumptionsDocument(interconnect.assumptions))
        timeSeconds = result.time.seconds
        timePicoseconds = result.time.count
        algorithm = result.algorithm.rawValue
        evaluator = result.evaluator.rawValue
        sharesLinks = result.sharesLinks
        energyJoules = result.energy.joules
        linkBytes = result.linkBytes.count
        maximumLinkUtilization = result.maximumLinkUtilization
        algorithmBandwidthBytesPerSecond = report.algorithmBandwidth
        busBandwidthBytesPerSecond = report.busBandwidth
        messages = result.messages
        linkEvents = result.linkEvents
        additions = result.additions
        busiestLinks = report.busiestLinks(16).map {
            Load(
                source: interconnect.name(ofVertex: $0.source),
                destination: interconnect.name(ofVertex: $0.destination),
                bytes: $0.bytes.count, utilization: $0.utilization)
        }
        exchanges = zip(report.exchanges, report.parts).map { exchange, part in
            Part(
                operation: exchange.collective.operation.rawValue, bytes: exchange.collective.bytes.count,
                groups: exchange.groups.count, groupSize: exchange.groups[0].count,
                algorithm: part.algorithm.rawValue, finishSeconds: part.finish.seconds,
                finishPicoseconds: part.finish.count)
        }
        alternatives = report.alternatives.isEmpty ? nil : report.alternatives.map(Alternative.init)
    }
}
