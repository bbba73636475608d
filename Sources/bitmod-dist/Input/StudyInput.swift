import ArgumentParser
import Documents
import Foundation
import Studies
import Synchronization

/// A study file, read with the options of the command `run` as its keys.
enum StudyInput {
    /// The study of a file.
    static func study(_ path: String) throws -> Study {
        try Study(yaml: InputFiles.read(path), file: path, keys: keys())
    }

    /// All points of a study with their requests, on all cores: reading an option costs more than all else before a sweep.
    ///
    /// - Throws: the first mistake in the order of the study.
    static func points(of study: Study) throws -> [StudyPoint] {
        let block = 16
        let blocks = (study.points.count + block - 1) / block
        let resolved = Mutex<[Result<[StudyPoint], any Error>?]>(Array(repeating: nil, count: blocks))
        DispatchQueue.concurrentPerform(iterations: blocks) { number in
            let points = study.points[number * block..<min((number + 1) * block, study.points.count)]
            let result = Result { try points.map { try StudyPoint($0, request: request(of: $0)) } }
            resolved.withLock { $0[number] = result }
        }
        return try resolved.withLock { $0 }.flatMap { try $0?.get() ?? [] }
    }

    /// The request of a point, as the command line would resolve it; with one rank, so that it is the same on any number.
    ///
    /// - Throws: ``InputError`` that names the line of the study, unless the mistake is in a file that it names.
    static func request(of point: Study.Point) throws -> PointRequest {
        do {
            return try RunCommand.parse(point.arguments).pointRequest()
        } catch let error as InputError {
            // A mistake inside another file names that one, a missing file the line that asks for it.
            let named = error.file.flatMap { file in point.settings.first { $0.text == file }?.place }
            guard error.file == nil || error.category == .missingInput,
                let place = named ?? place(of: error.key ?? "", in: point)
            else { throw error }
            let problem = error.problem + (error.file.map { " (\($0))" } ?? "")
            var own = place.error(problem, expected: error.expected)
            if error.category == .missingInput { own.category = .missingInput }
            throw own
        } catch {
            let message = RunCommand.message(for: error).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            let place = place(of: message, in: point) ?? point.settings.first?.place
            throw place?.error(message) ?? InputError(.data, problem: message)
        }
    }

    /// Where the option that a message names stands; the model where it names none.
    private static func place(of message: String, in point: Study.Point) -> Setting.Place? {
        let options = message.matches(of: /--([a-z][a-z-]*)/).map { String($0.1) }
        return options.lazy.compactMap { point.place(of: $0) }.first
            ?? point.place(of: "model")
    }

    /// The options of `run` without those of its output, as the command itself defines them.
    static func keys() throws -> StudyKeys {
        let output = Set(try options(OutputOptions._dumpHelp()).map(\.name))
        let own = try options(RunCommand._dumpHelp()).filter { !output.contains($0.name) }
        return StudyKeys(
            names: ["model"] + own.map(\.name), repeatable: Set(own.filter(\.isRepeating).map(\.name)))
    }

    private static func options(_ help: String) throws -> [(name: String, isRepeating: Bool)] {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(help.utf8))
        return (tool.command.arguments ?? []).filter { $0.kind != "positional" }.compactMap { argument in
            argument.names?.first { $0.kind == "long" }.map { ($0.name, argument.isRepeating) }
        }.filter { $0.name != "help" && $0.name != "version" }
    }

    /// The part of ArgumentParser's description of a command that is needed here.
    private struct Tool: Decodable {
        struct Command: Decodable { let arguments: [Argument]? }
        struct Argument: Decodable {
            let kind: String
            let names: [Name]?
            let isRepeating: Bool
        }
        struct Name: Decodable {
            let kind: String
            let name: String
        }
        let command: Command
    }
}
