import Foundation
import Units

/// What points of a study differ in, and which of it a plot shows where.
struct StudyAxes {
    /// A setting that is not the same for all points.
    struct Axis: Hashable {
        let key: String
        /// Its values in the order of the study.
        let values: [String]
        /// The values as numbers in ``unit``, if all are.
        let numbers: [String: Double]?
        /// The base unit, or nothing.
        let unit: String

        /// How it is called on an axis.
        var title: String { StudyAxes.titles[key] ?? name.prefix(1).uppercased() + name.dropFirst() }

        /// How it is called in a sentence: its title without what is counted.
        var word: String { (title.split(separator: ",").first.map(String.init) ?? title).lowercasedFirst }

        /// The key in words: `DRAM bandwidth` for `set.dram.bandwidth`.
        private var name: String {
            let words = key.split { $0 == "." || $0 == "-" }.drop { $0 == "set" }
            return words.map { $0 == "dram" ? "DRAM" : String($0) }.joined(separator: " ")
        }

        /// A value as a person reads it, alone.
        func words(_ value: String) -> String {
            switch key {
            case "chips": value == "1" ? "1 chip" : "\(value) chips"
            case "batch", "prompt", "context": "\(key) \(value)"
            case "generate": "\(value) generated"
            case "kv-scheme": "KV cache \(value)"
            case "model", "scheme", "accelerator", "parallel", "topology": value
            default: "\(name) \(value)"
            }
        }
    }

    /// The axis that runs to the right, or nil where no setting is a number.
    let x: Axis?
    /// What makes curves or groups of bars, or nil.
    let series: Axis?
    /// What makes panels: each combination of values has figures of its own.
    let panels: [Axis]
    /// Settings that go with another one: what follows, and from what.
    let tied: [(key: String, to: String)]

    private static let titles = [
        "chips": "Chips", "batch": "Batch, sequences", "prompt": "Prompt, tokens", "generate": "Generated tokens",
        "context": "Context, tokens", "scheme": "Scheme", "parallel": "Plan", "topology": "Topology",
        "model": "Model", "accelerator": "Accelerator", "kv-scheme": "KV-cache scheme",
        "weight-bits": "Bits per weight",
        "group-size": "Group size, weights",
    ]
    /// What is kept of settings that go together, and what comes first of numbers.
    private static let order = [
        "chips", "prompt", "context", "batch", "generate", "scheme", "parallel", "topology", "model", "weight-bits",
        "group-size", "kv-scheme", "accelerator",
    ]
    /// Curves that are told apart in one plot.
    private static let mostSeries = 8

    /// The axes of some points.
    init(_ points: [StudyPagePoint]) {
        let settings = points.map { Dictionary($0.settings.map { ($0.key, $0.value) }) { _, last in last } }
        let keys = Set(settings.flatMap(\.keys)).sorted { Self.rank($0) < Self.rank($1) }
        let varying = keys.filter { key in Set(settings.map { $0[key] }).count > 1 }
        var kept: [String] = []
        var tied: [(key: String, to: String)] = []
        for key in varying {
            let others = varying.filter { $0 != key }
            // A setting that follows from another one is none of its own; of two that follow from each other, the first.
            let source = others.first { other in
                Self.determines(other, key, settings)
                    && (kept.contains(other) || !Self.determines(key, other, settings))
            }
            if let source { tied.append((key, source)) } else { kept.append(key) }
        }
        self.tied = tied
        let axes = kept.map { key in Self.axis(key, settings) }
        let numeric = axes.filter { ($0.numbers?.count ?? 0) > 1 }
        let x =
            numeric.first { $0.key == "chips" && $0.values.count > 2 }
            ?? numeric.enumerated().max {
                ($0.element.values.count, -$0.offset) < ($1.element.values.count, -$1.offset)
            }?.element
        let others = axes.filter { $0 != x }
        let series = others.filter { $0.values.count <= Self.mostSeries || x == nil }.enumerated()
            .max { ($0.element.values.count, -$0.offset) < ($1.element.values.count, -$1.offset) }?.element
        self.x = x
        self.series = series
        panels = others.filter { $0 != series }
    }

    /// All axes: those of panels first, that to the right last.
    var all: [Axis] { panels + [series, x].compactMap { $0 } }

    private static func rank(_ key: String) -> (Int, String) { (order.firstIndex(of: key) ?? order.count, key) }

    private static func determines(_ key: String, _ other: String, _ settings: [[String: String]]) -> Bool {
        var known: [String?: String?] = [:]
        return settings.allSatisfy { point in
            let (from, to) = (point[key], point[other])
            if let before = known[from] { return before == to }
            known[from] = to
            return true
        }
    }

    private static func axis(_ key: String, _ settings: [[String: String]]) -> Axis {
        var values: [String] = []
        for point in settings {
            let value = point[key] ?? "default"
            if !values.contains(value) { values.append(value) }
        }
        if values.allSatisfy({ Double($0)?.isFinite ?? false }) {
            return Axis(
                key: key, values: values,
                numbers: Dictionary(uniqueKeysWithValues: values.map { ($0, Double($0) ?? 0) }),
                unit: "")
        }
        for dimension in Units.Dimension.allCases where !dimension.units[0].name.isEmpty {
            let quantities = values.compactMap { text in Quantity(text, as: dimension).map { (text, $0.value) } }
            guard quantities.count == values.count else { continue }
            let isTime = dimension == .time
            return Axis(
                key: key, values: values,
                numbers: Dictionary(uniqueKeysWithValues: quantities.map { ($0.0, isTime ? $0.1 / 1e12 : $0.1) }),
                unit: isTime ? "s" : dimension.units[0].name)
        }
        return Axis(key: key, values: values, numbers: nil, unit: "")
    }
}
