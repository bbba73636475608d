import Foundation

/// A point of a study on its way into a store.
public struct StudyPoint: Sendable {
    /// The identity: equal requests have equal ones.
    public let id: String
    /// The request.
    public let request: PointRequest
    /// The request's canonical text.
    public let requestText: String
    /// The settings of the study file as a JSON object, keys in alphabetical order.
    public let settingsText: String

    /// Creates a point.
    public init(_ point: Study.Point, request: PointRequest) throws {
        self.request = request
        requestText = try request.canonicalText()
        id = PointRequest.identity(ofCanonicalText: requestText)
        let settings = Dictionary(point.settings.map { ($0.key, $0.text) }) { _, last in last }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        settingsText = String(decoding: try encoder.encode(settings), as: UTF8.self)
    }
}
