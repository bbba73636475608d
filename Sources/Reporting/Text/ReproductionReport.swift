import Accelerator
import Foundation
import Simulation

/// Figures 7 and 8 as a person reads them: ours beside published, deviation per point, and tile fidelity.
public struct ReproductionReport {
    private let reproduction: Reproduction
    private let tile: FigureSet

    /// Creates the report.
    ///
    /// - Parameters:
    ///   - reproduction: published fidelity.
    ///   - tile: the same figures in tile fidelity.
    public init(_ reproduction: Reproduction, tile: FigureSet) {
        self.reproduction = reproduction
        self.tile = tile
    }

    /// The whole text.
    public var text: String { [points, figures, headline, explanation].joined(separator: "\n\n") + "\n" }

    private var points: String {
        let equal = reproduction.points.count { $0.isEqual }
        var table = TextTable(
            "accelerator", "task", "model", ">cycles", ">published", ">deviation", ">energy uJ", ">published",
            ">deviation")
        for point in reproduction.points {
            table.add(
                point.accelerator, point.task.rawValue, point.model, "\(point.latencyCycles.ours)",
                "\(point.latencyCycles.published)",
                Self.deviation(Double(point.latencyCycles.ours), Double(point.latencyCycles.published)),
                String(format: "%.2f", point.microjoules.ours), "\(point.microjoules.published)",
                Self.deviation(point.microjoules.ours, Double(point.microjoules.published)))
        }
        return "Points behind Figures 7 and 8 (published fidelity): \(equal) of \(reproduction.points.count) equal in "
            + "every printed digit\n\n" + table.text()
    }

    private static func deviation(_ ours: Double, _ published: Double) -> String {
        ours == published ? "0" : String(format: "%+.4f %%", (ours / published - 1) * 100)
    }

    private var figures: String {
        let published = reproduction.published
        func number(_ value: Double) -> String { String(format: "%.3f", value) }
        var table = TextTable(
            "accelerator", "task", ">speed-up", ">published", ">tile", ">energy", ">published", ">tile")
        for series in reproduction.ours.series {
            let ours = series.means
            let printed = published.series(series.accelerator, series.task).means
            let honest = tile.series(series.accelerator, series.task).means
            table.add(
                series.accelerator, series.task.rawValue, number(ours.speedup), number(printed.speedup),
                number(honest.speedup), number(ours.energy), number(printed.energy), number(honest.energy))
        }
        return
            "Means over the six models, relative to fp16 (the paper's \"Geo Mean\" is arithmetic): published fidelity,\n"
            + "published, and tile fidelity\n\n" + table.text()
    }

    private var headline: String {
        let ours = reproduction.ours
        let rows = [("ant", PublishedFigures.headline.ant), ("olive", PublishedFigures.headline.olive)].map {
            name, claim in
            let value = ours.headline(over: name)
            return String(
                format: "  over %@  discriminative %.4f, generative %.4f, mean %.4f, mean of rounded %.3f; "
                    + "abstract %.2f; tile fidelity %.4f",
                name.padded(to: 6), value.discriminative, value.generative, value.mean, value.meanOfRounded, claim,
                tile.headline(over: name).mean)
        }
        return
            ([
                "Headline: speed of lossy BitMoD, ratio of mean speed-ups, averaged over the two tasks",
                "(the abstract's 1.48 follows only if the two ratios are rounded to two digits first)", "",
            ] + rows).joined(separator: "\n")
    }

    private var explanation: String {
        """
        What tile fidelity changes, and why
          - attention has its true shapes; the published prefill counts 17 to 21 times too many multiply-adds in it,
            the published decode step reads hardly any of the KV cache
          - operands are tiled for both buffers and reused; the published model fetches a whole operand again for each
            buffer-full of the other (55 to 84 % of its prefill traffic), which costs the 4-bit designs least
          - activations that fit stay on chip; the vector unit, KV-cache writes and weight metadata are counted
          - DRAM has latency, bursts and refresh; loads overlap compute, first and last tiles do not
          - leakage and idle clocks are counted; only working PEs take full energy
          - keys and values are INT8 on ant and olive too: their PEs take no 16-bit operand
        """
    }
}
