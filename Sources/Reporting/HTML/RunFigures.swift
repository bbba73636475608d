import Foundation
import Units

/// What pages show of a run, read from its document `bitmod-dist.run/1`: the same for a run that has just ended and for one
/// from a store.
struct RunFigures: Decodable {
    struct Topology: Decodable {
        let name: String
        let kind: String
        let linkBandwidthBytesPerSecond: Double
        let linkLatencySeconds: Double
    }

    struct Pruning: Decodable {
        let ratio: Double
        let firstLayer: Int
        let lastLayer: Int
    }

    struct Request: Decodable {
        let model: String
        let pruning: Pruning?
        let modelFidelity: String
        let accelerator: String
        let acceleratorParameters: [String: String]?
        let scheme: String?
        let kvScheme: String?
        let chips: Int
        let topology: Topology?
        let promptTokens: Int?
        let generatedTokens: Int?
        let contextTokens: Int?
        let batch: Int
        let task: String?
    }

    struct Alternative: Decodable {
        let parallel: String
        let latencySeconds: Double
        let energyPerTokenJoules: Double?
    }

    struct Plan: Decodable {
        let parallel: String
        let microBatches: Int
        let alternatives: [Alternative]
    }

    struct Breakdown: Decodable {
        let compute, memory, vector, communicationExposed, idle: Double

        /// The parts in the order of ``BreakdownParts/latency``.
        var parts: [Double] { [compute, memory, vector, communicationExposed, idle] }
    }

    struct Energy: Decodable {
        let pe, weightBuffer, activationBuffer, dram, vector, link, `static`, total: Double

        /// The parts in the order of ``BreakdownParts/energy``.
        var parts: [Double] { [pe, weightBuffer + activationBuffer, dram, vector, link, `static`] }
    }

    struct Phase: Decodable {
        let steps: Int
        let latencySeconds: Double
        let latencyBreakdownSeconds: Breakdown
        let energyJoules: Energy
        let dramBytes: Int
        let linkBytes: Int
        let macs: Int
        let utilization: Double
        let bound: String
    }

    struct Phases: Decodable {
        let prefill: Phase?
        let decode: Phase?
    }

    struct Totals: Decodable {
        let latencySeconds: Double
        let timeToFirstTokenSeconds: Double?
        let timePerOutputTokenSeconds: Double?
        let tokensPerSecond: Double?
        let energyJoules: Double
        let onChipEnergyJoules: Double
        let energyPerTokenJoules: Double?
        let areaSquareMillimetersPerChip: Double?
    }

    let request: Request
    let plan: Plan?
    let phases: Phases
    let totals: Totals

    /// Reads a document.
    ///
    /// - Throws: where it is no document of a run.
    init(document: Data) throws { self = try JSONDecoder().decode(RunFigures.self, from: document) }

    /// The phases that have steps, with their names.
    var namedPhases: [(name: String, phase: Phase)] {
        [("prefill", phases.prefill), ("decode", phases.decode)].compactMap { name, phase in phase.map { (name, $0) } }
    }

    /// Bytes per second that a chip's DRAM sustains, refresh left out; nil where the constants are not known.
    var dramBytesPerSecond: Double? {
        func value(_ key: String, _ dimension: Units.Dimension) -> Double? {
            request.acceleratorParameters?[key].flatMap { Quantity($0, as: dimension)?.value }
        }
        guard let peak = value("dram.bandwidth", .bandwidth) else { return nil }
        guard let time = value("dram.refresh-time", .time), let interval = value("dram.refresh-interval", .time),
            interval > 0
        else { return peak }
        return peak * (1 - time / interval)
    }

    /// Multiply-adds per second of a chip whose every lane works, as the utilisation of a phase counts them.
    func peakMACsPerSecond(_ phase: Phase) -> Double? {
        guard phase.utilization > 0, phase.latencySeconds > 0 else { return nil }
        return macsPerSecond(phase) / phase.utilization
    }

    /// Multiply-adds per second of a chip in a phase.
    func macsPerSecond(_ phase: Phase) -> Double {
        Double(phase.macs) / phase.latencySeconds / Double(request.chips)
    }
}

/// Names and colours of the parts of time and energy, the same in every figure.
enum BreakdownParts {
    static let latency = [
        BarPlot.Part(name: "PE array computes", color: "f0"), BarPlot.Part(name: "waiting for DRAM", color: "f1"),
        BarPlot.Part(name: "vector unit", color: "f2"), BarPlot.Part(name: "communication", color: "f5"),
        BarPlot.Part(name: "idle", color: "quiet"),
    ]
    static let energy = [
        BarPlot.Part(name: "PEs", color: "f0"), BarPlot.Part(name: "buffers", color: "f4"),
        BarPlot.Part(name: "DRAM", color: "f1"), BarPlot.Part(name: "vector unit", color: "f2"),
        BarPlot.Part(name: "links", color: "f5"), BarPlot.Part(name: "static", color: "quiet"),
    ]
}
