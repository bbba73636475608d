import Foundation

extension SchemeComparison {
    /// The tables as text: what is simulated and measured here, then figures of papers by themselves.
    public var text: String {
        let sizes = rows.first { !$0.systems.isEmpty }?.systems.map(\.chips) ?? []
        let heading =
            "\(model): prompt of \(promptTokens) tokens, \(generatedTokens) generated, batch \(batch), on \(topology)\n\n"
        var header = ["scheme", "chip", "bits", "paper's", "cycles"]
        if measurement != nil { header += ["perplexity", "calibrated"] }
        for size in sizes {
            let chips = size == 1 ? "1 chip" : "\(size) chips"
            header += ["first token, \(chips)", "per token", "energy"]
        }
        header += ["beside PEs", "area mm2"]
        let cells = rows.map { row in
            var cells = [
                row.scheme, row.accelerator, row.bitsPerWeight.map { String(format: "%.3f", $0) } ?? "",
                row.headlineBits.map { String(format: "%.4g", $0) } ?? "", row.cyclesPerStep.map { "\($0)" } ?? "",
            ]
            if measurement != nil {
                cells += [Self.perplexity(row.perplexity), Self.perplexity(row.calibratedPerplexity)]
            }
            for system in row.systems {
                cells += [
                    Figures.si(system.timeToFirstTokenSeconds, "s"),
                    system.timePerOutputTokenSeconds.map { Figures.si($0, "s") } ?? "",
                    system.energyPerTokenJoules.map { Figures.si($0, "J") } ?? "",
                ]
            }
            guard let last = row.systems.first else {
                return cells + [String](repeating: "", count: header.count - cells.count)
            }
            return cells + [
                last.sideUnitEnergyPerTokenJoules.map { Figures.si($0, "J") } ?? "",
                row.areaSquareMillimeters.map { String(format: "%.2f", $0) } ?? "",
            ]
        }
        let refused = rows.compactMap { row in row.refusal.map { "  \(row.scheme) on \(row.accelerator): \($0)\n" } }
        let source = measurement.map {
            "\nPerplexity: \($0.model) on \"\($0.text)\", \($0.tokens) tokens (scripts/scheme-study).\n"
        }
        return heading + TextTable(header, cells).text(indent: 0) + "\n" + (source ?? "")
            + "\nbits: of all weights of a layer with metadata. beside PEs: of the energy per token on one chip.\n"
            + (refused.isEmpty ? "" : "\nRefused:\n" + refused.joined()) + publishedText
    }

    private static func perplexity(_ value: Double?) -> String {
        value.map { $0 < 1e4 ? String(format: "%.2f", $0) : String(format: "%.1e", $0) } ?? ""
    }

    private var publishedText: String {
        let names = Set(rows.map(\.scheme))
        let cells = published.filter { names.contains($0.scheme) }.map {
            [
                $0.scheme, $0.model, String(format: "%g", $0.perplexity),
                $0.float16Perplexity.map { String(format: "%g", $0) } ?? "", $0.note ?? "", $0.source,
            ]
        }
        guard !cells.isEmpty else { return "" }
        return "\nPublished perplexities on WikiText-2, of other models, not measured here:\n\n"
            + TextTable(["scheme", "model", "perplexity", "FP16", "note", "source"], cells).text(indent: 0) + "\n"
    }
}
