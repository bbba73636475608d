import Accelerator
import ArgumentParser
import Documents
import Foundation
import MessagePassing
import Quantization
import Reporting
import Simulation
import Workload

/// `bitmod-dist compare-schemes`: all schemes of a model side by side.
struct CompareSchemesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-schemes",
        abstract: "Compare schemes on one model: bits, time, energy and area on one chip and on several, and accuracy.",
        discussion: """
            Every scheme is simulated with prompt and answer of the same lengths; fp16 on the chip of that name. Figures of
            papers stand in a table of their own. Accuracy is that of a real model, where it was measured.

            EXAMPLES
              bitmod-dist compare-schemes llama-2-7b
              bitmod-dist compare-schemes llama-2-7b --schemes "bitmod-4b,bitmod-4b --prune 0.25"
              bitmod-dist compare-schemes llama-2-7b --chips 4 --schemes bitmod-4b,spqr-3b,billm --html schemes.html
              scripts/scheme-study --json measured.json && bitmod-dist compare-schemes smollm2-135m --measured measured.json
            """)

    @Argument(help: "A model by name (see: show models), or a Hugging Face config.json or its folder.")
    var model: String

    @Option(
        help: """
            Schemes by name, with commas between them; a name may be followed by --kv-scheme, and by --prune and what belongs \
            to it (default: one of each kind, LLM-Pruner's usual share with and without BitMoD, BitMoD for keys and values).
            """)
    var schemes: String?

    @Option(help: "Chips of the larger of the two systems.")
    var chips: Int = 8

    @Option(help: "The network between them, by name or a YAML file.")
    var topology: String = "ring"

    @Option(help: "The chip, by name or a YAML file.")
    var accelerator: String = "bitmod"

    @Option(
        name: .customLong("set"),
        help: "Replace one constant of the accelerator, such as \"dram.bandwidth=64 GB/s\"; may be repeated.")
    var overrides: [String] = []

    @Option(help: "Prompt tokens of each sequence.")
    var prompt: Int = 256

    @Option(help: "Decode steps.")
    var generate: Int = 64

    @Option(help: "Sequences.")
    var batch: Int = 1

    @Option(help: "Perplexities that scripts/scheme-study has measured, a JSON file.")
    var measured: String?

    @Option(help: "Write the comparison as JSON to a file, or - for stdout and nothing else there.")
    var json: String?

    @Option(help: "Write the comparison as one HTML page with plots to a file, or - for stdout.")
    var html: String?

    @Option(help: "Write the plots of the page as SVG files into this folder; made if it is missing.")
    var svg: String?

    @Flag(help: "Print no text.")
    var quiet = false

    /// One of each kind: what BitMoD is compared with, and every method of another paper.
    private static let usual =
        [
            "fp16", "int8", "int6", "int4", "int4-asym", "int3-asym", "mx-fp4", "ant-4b", "olive-4b", "bitmod-4b",
            "bitmod-3b",
        ]
        + Scheme.all.filter(\.isMethod).map(\.name) + [
            "fp16 --prune 0.25", "bitmod-4b --prune 0.25", "bitmod-4b --kv-scheme bitmod-4b",
        ]

    /// Reads all files and plans all runs, so that nothing is left to look up.
    func resolve() throws -> (DistributedComparison, ComparisonReporter) {
        for path in [json, html].compactMap(\.self) { try OutputFile(path: path).check() }
        try svg.map { try DrawingFolder(path: $0).check() }
        if let json, json == html {
            throw InputError(.usage, key: "--html", problem: "both --json and --html ask for \(json)")
        }
        guard (1...4096).contains(chips) else {
            throw InputError(.usage, key: "--chips", problem: "found \(chips)", expected: "a number from 1 to 4096")
        }
        guard generate > 0 else {
            throw InputError(.usage, key: "--generate", problem: "found \(generate)", expected: "a positive number")
        }
        let model = try InputFiles.model(self.model)
        let chosen = try schemes.map { try $0.split(separator: ",").map { try ComparedScheme(String($0), of: model) } }
        let compared = chosen ?? Self.usual.compactMap { try? ComparedScheme($0, of: model) }
        guard !compared.isEmpty else {
            throw InputError(.usage, key: "--schemes", problem: "found none", expected: "names such as bitmod-4b,billm")
        }
        let entries = try compared.map { scheme in
            try entry(
                scheme,
                RequestOptions(
                    model: scheme.model, system: system(scheme.name, 1), workload: workload(scheme)))
        }
        let reporter = ComparisonReporter(
            json: json, html: html, svg: svg, isQuiet: quiet, measured: try measuredSchemes())
        return (DistributedComparison(entries: entries), reporter)
    }

    private func entry(_ scheme: ComparedScheme, _ single: RequestOptions) throws -> DistributedComparison.Entry {
        let request = try single.request(ranks: 1)
        if let refusal = request.accelerator.processingElement.refusal(of: request.scheme) {
            return DistributedComparison.Entry(label: scheme.label, request: request, refusal: refusal, runs: [])
        }
        let sizes = chips == 1 ? [1] : [1, chips]
        let runs = try sizes.map { size in
            let options = RequestOptions(
                model: request.model, system: try system(scheme.name, size), workload: single.workload)
            let (request, plan) = try options.resolve(ranks: 1)
            return DistributedRun(request: request, plan: plan, detail: .operators, timelines: [])
        }
        return DistributedComparison.Entry(label: scheme.label, request: request, refusal: nil, runs: runs)
    }

    private func system(_ scheme: String, _ chips: Int) throws -> SystemOptions {
        let own = scheme == "fp16" && accelerator == "bitmod" ? "fp16" : accelerator
        return try SystemOptions.parse(
            ["--chips", "\(chips)", "--topology", topology, "--accelerator", own]
                + overrides.flatMap { ["--set", $0] })
    }

    private func workload(_ scheme: ComparedScheme) throws -> WorkloadOptions {
        // The head is INT8 for all that the PEs of the chip can choose for, so that schemes differ in the blocks only.
        let head = scheme.name == "fp16" ? [] : ["--head-scheme", "int8"]
        let cache = scheme.kvScheme.map { ["--kv-scheme", $0] } ?? []
        return try WorkloadOptions.parse(
            ["--scheme", scheme.name, "--prompt", "\(prompt)", "--generate", "\(generate)", "--batch", "\(batch)"]
                + head + cache)
    }

    private func measuredSchemes() throws -> MeasuredSchemes? {
        guard let measured else { return nil }
        let text = try InputFiles.read(measured)
        guard let found = try? JSONDecoder().decode(MeasuredSchemes.self, from: Data(text.utf8)),
            found.schema == MeasuredSchemes.expectedSchema
        else {
            throw InputError(
                .data, file: measured, problem: "is no document of measured perplexities",
                expected: "what scripts/scheme-study --json writes")
        }
        return found
    }
}

/// A scheme of a comparison: its name, and options that go with it.
private struct ComparedScheme {
    /// What may follow the name.
    private struct Options: ParsableArguments {
        @Option var kvScheme: String?
        @OptionGroup var pruning: PruningOptions
    }

    /// As it was asked for, such as `bitmod-4b --prune 0.25`.
    let label: String
    let name: String
    /// The model, pruned or not.
    let model: TransformerModel
    /// How keys and values are stored, or nil for the chip's usual way.
    let kvScheme: String?

    /// - Throws: ``InputError`` (usage) for what is no such option, or not possible with the model.
    init(_ label: String, of model: TransformerModel) throws {
        let words = label.split(separator: " ").map(String.init)
        self.label = words.joined(separator: " ")
        name = words.first ?? ""
        do {
            let options = try Options.parse(Array(words.dropFirst()))
            self.model = try options.pruning.applied(to: model)
            kvScheme = options.kvScheme
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(
                .usage, key: "--schemes", problem: "found \"\(label)\"",
                expected: "a name, or one with --prune or --kv-scheme such as \"bitmod-4b --prune 0.25\"")
        }
    }
}

/// A comparison as every rank receives it.
struct DistributedComparison: Codable {
    /// A scheme.
    struct Entry: Codable {
        /// What it is called: its name, with options if any.
        var label: String
        var request: RunRequest
        /// Why its chip cannot run it.
        var refusal: String?
        /// One run for each size of system.
        var runs: [DistributedRun]
    }

    var entries: [Entry]

    /// Simulates all runs one after the other, each on all ranks; the coordinator reports.
    ///
    /// - Returns: the exit code.
    func perform(on communicator: any Communicator, reporter: ComparisonReporter?) throws -> Int32 {
        let line = reporter.map { _ in ProgressLine() }
        defer { line?.clear() }
        var comparison: SchemeComparison?
        for (index, entry) in entries.enumerated() {
            line?.show("schemes", done: index, total: entries.count)
            var results: [RunResult] = []
            for run in entry.runs {
                let simulation = SystemSimulation(run.request, plan: run.plan, detail: run.detail)
                if let result = try simulation.run(on: communicator) { results.append(result) }
            }
            guard let reporter else { continue }
            if comparison == nil { comparison = SchemeComparison(entry.request, measured: reporter.measured) }
            comparison?.add(
                entry.label, entry.request, refusal: entry.refusal, results: results, measured: reporter.measured)
        }
        line?.clear()
        if let comparison { try reporter?.report(comparison) }
        return 0
    }
}

/// Writes a comparison where the user asked for it. Only the coordinator has one.
struct ComparisonReporter {
    let json: String?
    let html: String?
    let svg: String?
    let isQuiet: Bool
    let measured: MeasuredSchemes?

    /// Writes files first and prints the text last.
    func report(_ comparison: SchemeComparison) throws {
        if let json { try OutputFile(path: json).write(JSONText.encode(comparison)) }
        let page = SchemeComparisonPage(comparison)
        if let html { try OutputFile(path: html).write(Data(page.html.utf8)) }
        if let svg { try DrawingFolder(path: svg).write(page.drawings) }
        guard !isQuiet, json != "-", html != "-" else { return }
        FileHandle.standardOutput.write(Data(comparison.text.utf8))
    }
}
