import Accelerator
import ArgumentParser
import Documents
import Fabric
import Foundation
import Quantization
import Reporting
import Simulation
import Workload

/// `bitmod-dist show`: what there is to choose from, and how a model would be divided.
struct ShowCommand: ParsableCommand, CoordinatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List models, accelerators, schemes or topologies, print one of them, or a plan.",
        discussion: """
            EXAMPLES
              bitmod-dist show models
              bitmod-dist show accelerators
              bitmod-dist show bitmod > mine.yaml      every constant with unit, source and confidence
              bitmod-dist show torus-4x8               diameter, bisection, links; a topology file to start from
              bitmod-dist show topologies/fat-tree-64.yaml --drawing tree.svg
              bitmod-dist show bitmod-4b --json -
              bitmod-dist show plan llama-13b --chips 8
              bitmod-dist show llama-7b --prune 0.25   what pruning leaves of a model
            """)

    @Argument(help: "models, accelerators, schemes, topologies, plan, or the name of one of them or a file.")
    var subject: String

    @Argument(help: "With plan: the model.")
    var model: String?

    @OptionGroup(title: "With a model or plan: pruning") var pruning: PruningOptions
    @OptionGroup(title: "With plan: system") var system: SystemOptions
    @OptionGroup(title: "With plan: workload") var workload: WorkloadOptions

    @Option(help: "Write JSON to a file, or - for stdout, instead of text.")
    var json: String?

    @Option(help: "With a topology: write its drawing to a .svg or .dot file (Graphviz).")
    var drawing: String?

    func perform() throws -> Int32 {
        if let json { try OutputFile(path: json).check() }
        if let drawing { try DrawingFile(path: drawing, option: "--drawing").check() }
        let shown = try document()
        if let drawing { try draw(shown, to: drawing) }
        let data = try json == nil ? Data(shown.text.utf8) : JSONText.encode(shown)
        try OutputFile(path: json ?? "-").write(data)
        return 0
    }

    private func document() throws -> ShownDocument {
        if subject == "plan" { return try plan() }
        let shown = try others()
        guard pruning.isGiven else { return shown }
        guard case .model(let model) = shown else {
            throw InputError(.usage, key: "show \(subject)", problem: "--prune belongs to a model or to show plan")
        }
        return .model(try pruning.applied(to: model))
    }

    private func others() throws -> ShownDocument {
        if system.isGiven || workload.isGiven {
            throw InputError(.usage, key: "show \(subject)", problem: "system and workload options belong to show plan")
        }
        if model != nil { throw InputError(.usage, key: "show \(subject)", problem: "takes no second argument") }
        switch subject {
        case "models": return .models(ModelRegistry.all)
        case "accelerators": return .accelerators(AcceleratorPresets.all)
        case "schemes": return .schemes(Scheme.all)
        case "topologies": return .topologies(Fabric.presets)
        default: return try named()
        }
    }

    private func named() throws -> ShownDocument {
        if let accelerator = AcceleratorPresets.named(subject) { return .accelerator(accelerator) }
        if let fabric = Fabric.preset(subject) { return try topology(fabric) }
        if let scheme = Scheme(named: subject) { return .scheme(scheme) }
        if subject.hasSuffix(".yaml") || subject.hasSuffix(".yml") {
            // A topology says how chips are joined; an accelerator has no such key.
            let text = try InputFiles.read(subject)
            let root = try Document(text, file: subject, syntax: .yaml).root
            let isTopology = try root.value("kind") != nil || root.value("npus_count") != nil
            return isTopology
                ? try topology(Fabric(yaml: text, file: subject))
                : .accelerator(try AcceleratorDescription(yaml: text, file: subject))
        }
        if InputFiles.looksLikePath(subject) { return .model(try InputFiles.model(subject)) }
        do {
            return .model(try ModelRegistry.model(named: subject))
        } catch {
            throw InputError(
                .usage, key: "show", problem: "nothing is called \"\(subject)\"",
                expected: "models, accelerators, schemes, topologies, plan, or a name from one of these lists")
        }
    }

    private func topology(_ fabric: Fabric) throws -> ShownDocument {
        .topology(fabric, try fabric.chips.map { try Interconnect(fabric, shape: [$0]).metrics })
    }

    private func draw(_ shown: ShownDocument, to path: String) throws {
        guard case .topology(let fabric, _) = shown, let chips = fabric.chips else {
            throw InputError(
                .usage, key: "--drawing", problem: "\(subject) has no number of chips to draw",
                expected: "a topology with one, such as torus-4x4 or ring-8")
        }
        let drawing = try Interconnect(fabric, shape: [chips]).drawing()
        try DrawingFile(path: path, option: "--drawing").write(drawing, title: fabric.name)
    }

    private func plan() throws -> ShownDocument {
        guard let model else {
            throw InputError(.usage, key: "show plan", problem: "no model given", expected: "show plan MODEL")
        }
        let options = RequestOptions(
            model: try pruning.applied(to: InputFiles.model(model)), system: system, workload: workload)
        let (request, plan) = try options.resolve(ranks: 1)
        return .plan(PlanOverview(request, plan))
    }
}
