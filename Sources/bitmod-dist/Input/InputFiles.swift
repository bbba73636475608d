import Accelerator
import Documents
import Fabric
import Foundation
import Workload

/// Things that a user names: by a registered name or by a file.
enum InputFiles {
    /// A registered model, a `config.json`, or a folder with one.
    static func model(_ name: String) throws -> TransformerModel {
        guard looksLikePath(name) else { return try ModelRegistry.model(named: name) }
        var path = name
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue {
            path = URL(fileURLWithPath: name).appendingPathComponent("config.json").path
        }
        return try TransformerModel(huggingFaceConfig: read(path), file: path)
    }

    /// A preset or an accelerator file.
    static func accelerator(_ name: String) throws -> AcceleratorDescription {
        if let preset = AcceleratorPresets.named(name) { return preset }
        guard looksLikePath(name) else {
            throw InputError(
                .usage, key: "--accelerator", problem: "no accelerator \"\(name)\"",
                expected: "one of \(AcceleratorPresets.all.map(\.name).joined(separator: ", ")), or a YAML file")
        }
        return try AcceleratorDescription(yaml: read(name), file: name)
    }

    /// A preset or a topology file.
    static func fabric(_ name: String) throws -> Fabric {
        if let preset = Fabric.preset(name) { return preset }
        guard looksLikePath(name) else {
            throw InputError(
                .usage, key: "--topology", problem: "no topology \"\(name)\"",
                expected: "a name of: show topologies, or a YAML file")
        }
        return try Fabric(yaml: read(name), file: name)
    }

    /// Whether a name can only be meant as a file.
    static func looksLikePath(_ name: String) -> Bool {
        name.contains("/") && !isRegistered(name) || [".json", ".yaml", ".yml"].contains(where: name.hasSuffix)
            || FileManager.default.fileExists(atPath: name) && !isRegistered(name)
    }

    /// A hub name such as `meta-llama/Llama-2-13b-hf` contains a slash but is no path.
    private static func isRegistered(_ name: String) -> Bool { (try? ModelRegistry.model(named: name)) != nil }

    /// The text of a file.
    ///
    /// - Throws: ``InputError``: missing input where it cannot be read, data where it is no text.
    static func read(_ path: String) throws -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let reason = FileManager.default.fileExists(atPath: path) ? "cannot be read" : "no such file"
            throw InputError(.missingInput, file: path, problem: reason, expected: "a readable file")
        }
        guard data.count <= 64 << 20 else {
            throw InputError(.data, file: path, problem: "the file has \(data.count) bytes", expected: "at most 64 MiB")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw InputError(.data, file: path, problem: "the file is not UTF-8 text")
        }
        return text
    }
}
