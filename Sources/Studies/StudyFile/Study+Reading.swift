import Documents
import Foundation

extension Study {
    /// Reads a study file.
    ///
    /// - Parameters:
    ///   - text: the whole file, YAML.
    ///   - file: its name, for messages and for the name of the study.
    ///   - keys: the options there are.
    /// - Throws: ``InputError`` with file, line and key.
    public init(yaml text: String, file: String, keys: StudyKeys) throws {
        let root = try Document(text, file: file, syntax: .yaml).root
        try root.rejectKeys(except: ["name", "description", "base", "axes", "zip", "exclude"])
        name =
            try root.value("name")?.string()
            ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        description = try root.value("description")?.string()
        let base = try root.value("base")?.entries().flatMap { try Setting.read($0.key, $0.value, keys: keys) } ?? []
        var axes = try root.value("axes")?.entries().map { try Axis(crossing: $0.key, $0.value, keys: keys) } ?? []
        if let zip = try root.value("zip") {
            axes += try (zip.isList ? zip.elements() : [zip]).map { try Axis(zipping: $0, keys: keys) }
        }
        try Self.checkDistinct(base: base, axes: axes)
        let settings = base + axes.flatMap { $0.steps.flatMap(\.self) }
        guard settings.contains(where: { $0.key == "model" }) else {
            throw root.error(
                "no model is given", expected: "the key model in base or axes, such as base: {model: llama-13b}")
        }
        let count = axes.reduce(1.0) { $0 * Double($1.steps.count) }
        guard count <= Double(Self.maximumPoints) else {
            throw root.error("the axes have \(Int(min(count, 1e18))) points", expected: "at most \(Self.maximumPoints)")
        }
        let exclusions =
            try root.value("exclude")?.elements().map { try Exclusion($0, keys: Set(settings.map(\.key))) } ?? []
        points = axes.reduce([Point(settings: base)]) { points, axis in
            points.flatMap { point in axis.steps.map { Point(settings: point.settings + $0) } }
        }.filter { point in !exclusions.contains { $0.matches(point) } }
        guard !points.isEmpty else { throw root.error("every point is excluded", expected: "at least one point") }
    }

    /// Refuses keys that are set in two places: which one counts would be a guess.
    private static func checkDistinct(base: [Setting], axes: [Axis]) throws {
        var known: [String: Setting.Place] = [:]
        for group in [base] + axes.map({ $0.steps.first ?? [] }) {
            for setting in group {
                if let other = known[setting.key] {
                    throw setting.place.error(
                        "\(setting.key) is set by \(other.path) too", expected: "each key in one place")
                }
            }
            for setting in group { known[setting.key] = setting.place }
        }
        // A mapping as a value of an axis may have other items at each step.
        for (index, axis) in axes.enumerated() {
            let others = Set(base.map(\.key) + axes[..<index].flatMap { $0.steps.flatMap { $0.map(\.key) } })
            if let setting = axis.steps.lazy.flatMap(\.self).first(where: { others.contains($0.key) }) {
                throw setting.place.error("\(setting.key) is set elsewhere too", expected: "each key in one place")
            }
        }
    }
}

/// A direction in which the points of a study differ.
private struct Axis {
    /// For each step what it sets.
    var steps: [[Setting]]

    /// The values of one key.
    init(crossing key: String, _ list: DocumentNode, keys: StudyKeys) throws {
        guard list.isList else { throw list.error("found \(list.shown)", expected: "a list of values") }
        steps = try list.elements().map { try Setting.read(key, $0, keys: keys) }
        guard !steps.isEmpty else { throw list.error("the list is empty", expected: "at least one value") }
        try Self.checkRepeated(steps)
    }

    /// The values of several keys, walked together.
    init(zipping group: DocumentNode, keys: StudyKeys) throws {
        let lists = try group.entries().map { key, list in
            (list, try Axis(crossing: key, list, keys: keys, repeats: true))
        }
        guard let first = lists.first else { throw group.error("no keys", expected: "keys with lists of equal length") }
        for (list, axis) in lists where axis.steps.count != first.1.steps.count {
            throw list.error(
                "the list has \(axis.steps.count) values",
                expected: "\(first.1.steps.count), as many as \(first.0.path) has")
        }
        steps = first.1.steps.indices.map { index in lists.flatMap { $0.1.steps[index] } }
        try Self.checkRepeated(steps)
    }

    private init(crossing key: String, _ list: DocumentNode, keys: StudyKeys, repeats: Bool) throws {
        guard list.isList else { throw list.error("found \(list.shown)", expected: "a list of values") }
        steps = try list.elements().map { try Setting.read(key, $0, keys: keys) }
    }

    private static func checkRepeated(_ steps: [[Setting]]) throws {
        var seen: Set<[String]> = []
        for step in steps where !seen.insert(step.flatMap { [$0.key, $0.text] }).inserted {
            let text = step.map(\.text).joined(separator: ", ")
            throw step[0].place.error("\"\(text)\" is given twice", expected: "each value once")
        }
    }
}

/// What points to leave out: all those whose settings have these values.
private struct Exclusion {
    private var values: [String: Set<String>] = [:]

    init(_ node: DocumentNode, keys: Set<String>) throws {
        let entries = try node.entries()
        guard !entries.isEmpty else { throw node.error("no keys", expected: "keys with values to leave out") }
        for (key, value) in entries {
            guard keys.contains(key) else {
                throw value.error(
                    "no point of the study has this key", expected: "one of \(keys.sorted().joined(separator: ", "))")
            }
            values[key] = Set(try (value.isList ? value.elements() : [value]).map { try $0.string() })
        }
    }

    func matches(_ point: Study.Point) -> Bool {
        values.allSatisfy { key, texts in
            point.settings.contains { $0.key == key && texts.contains($0.text) }
        }
    }
}
