import Foundation
import MessagePassing
import Reporting
import Simulation

/// What became of a point.
public struct PointOutcome: Hashable, Sendable, Codable {
    /// The document `bitmod-dist.run/1`, byte for byte as `run --json` writes it, or nil if the point failed.
    public var result: String?
    /// Why it failed, on one line, or nil.
    public var error: String?

    /// Simulates a request in this process.
    ///
    /// Whatever goes wrong becomes part of the outcome: one point does not stop the rest.
    public init(of request: PointRequest) {
        do {
            result = String(decoding: try Self.document(of: request), as: UTF8.self)
        } catch {
            self.error = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }

    private static func document(of request: PointRequest) throws -> Data {
        switch request {
        case .published(let published):
            return try JSONText.encode(PublishedRunDocument(published.run(), withOperators: false))
        case .tile(let tile):
            try tile.validate()
            let simulation = try SystemSimulation(tile, plan: Planner(tile).plan())
            guard let result = try simulation.run(on: SingleProcessCommunicator()) else {
                preconditionFailure("the only rank is the coordinator")
            }
            return try JSONText.encode(RunDocument(result, detail: .phases))
        }
    }
}
