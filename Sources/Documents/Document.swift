import Foundation
import Yams

/// A YAML or JSON text whose values know the line they stand on.
///
/// JSON is read by the YAML parser too, of which it is a subset, so that errors in both can name the line.
public struct Document {
    /// The syntax a text is held to.
    public enum Syntax: Sendable {
        /// YAML 1.1.
        case yaml
        /// JSON (RFC 8259).
        case json
    }

    /// The value the document consists of.
    public let root: DocumentNode

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: the whole document.
    ///   - file: the name used in errors.
    ///   - syntax: what the text must be.
    /// - Throws: ``InputError`` with the line, where the text is not of that syntax, is empty or repeats a key.
    public init(_ text: String, file: String, syntax: Syntax) throws {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw InputError(.data, file: file, problem: "the file is empty")
        }
        if syntax == .json { try Self.checkJSON(text, file: file) }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                throw InputError(.data, file: file, problem: "the file is empty")
            }
            root = DocumentNode(node: node, file: file, path: "")
        } catch let error as YamlError {
            throw Self.inputError(error, file: file)
        }
    }

    private static func checkJSON(_ text: String, file: String) throws {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
        } catch {
            let detail = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "\(error)"
            // Foundation says "... around character 9" or "... around line 3, column 5".
            let line =
                detail.firstMatch(of: /line (\d+)/).flatMap { Int($0.1) }
                ?? detail.firstMatch(of: /character (\d+)/).flatMap { Int($0.1) }.map { Self.line(at: $0, of: text) }
                // What names no place is an end that comes too early.
                ?? Self.line(at: text.utf8.count, of: text)
            throw InputError(.data, file: file, line: line, problem: "not valid JSON: \(detail)")
        }
    }

    /// The line, from 1, of the first visible character at or after a byte offset.
    private static func line(at offset: Int, of text: String) -> Int {
        let before = text.utf8.prefix(offset)
        let blank = text.utf8.dropFirst(offset).prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        return 1 + before.count { $0 == 0x0A } + blank.count { $0 == 0x0A }
    }

    private static func inputError(_ error: YamlError, file: String) -> InputError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            InputError(.data, file: file, line: mark.line, problem: "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            InputError(
                .data, file: file, line: context.mark.line, key: duplicates.sorted().joined(separator: ", "),
                problem: "the key is given more than once", expected: "each key once")
        default: InputError(.data, file: file, problem: "not valid YAML: \(error)")
        }
    }
}
