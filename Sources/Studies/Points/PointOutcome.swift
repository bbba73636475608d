import Foundation
import Reporting
import Simulation

/// What became of a point.
public struct PointOutcome: Hashable, Sendable, Codable {
    /// The document `bitmod-dist.run/1`, byte for byte as `run --json` writes it, or nil if the point failed.
    public var result: String?
    /// Why it failed, on one line, or nil.
    public var error: String?
    /// The values of the result that have columns of their own, in the order of ``PointColumn/all``.
    var columns: [String?] = []

    /// Simulates a request in this process.
    ///
    /// Whatever goes wrong becomes part of the outcome: one point does not stop the rest.
    ///
    /// - Parameter memory: keeps what points have in common.
    public init(of request: PointRequest, memory: RunMemory = RunMemory()) {
        do {
            let document = try Self.document(of: request, memory: memory)
            columns = try PointColumn.texts(in: document)
            result = String(decoding: document, as: UTF8.self)
        } catch {
            self.error = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }

    private static func document(of request: PointRequest, memory: RunMemory) throws -> Data {
        switch request {
        case .published(let published):
            try JSONText.encode(PublishedRunDocument(published.run(), withOperators: false))
        case .tile(let tile): try JSONText.encode(RunDocument(memory.run(tile), detail: .phases))
        }
    }
}
