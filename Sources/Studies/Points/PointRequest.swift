import Foundation
import Simulation

/// What a point asks for, fully resolved.
public enum PointRequest: Hashable, Sendable, Codable {
    /// A simulation of chips and network.
    case tile(RunRequest)
    /// A run of the paper's model.
    case published(PublishedRequest)

    /// The request as JSON: keys in alphabetical order, no spaces. Equal requests have equal texts.
    public func canonicalText() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads what ``canonicalText()`` gave.
    public init(canonicalText text: String) throws {
        self = try JSONDecoder().decode(PointRequest.self, from: Data(text.utf8))
    }

    /// The identity of a request: the first half of the SHA-256 of its canonical text, in hexadecimal.
    public static func identity(ofCanonicalText text: String) -> String {
        String(SHA256.hexadecimal(text.utf8).prefix(32))
    }
}
