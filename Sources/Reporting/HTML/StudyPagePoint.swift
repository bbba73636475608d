import Foundation

/// A point of a store as ``StudyPage`` takes it.
public struct StudyPagePoint: Sendable {
    /// The study, or nil where none has the point any more.
    public var study: String?
    /// What the study file says of it.
    public var settings: [(key: String, value: String)]
    /// `pending`, `running`, `done` or `failed`.
    public var state: String
    /// Why it failed.
    public var error: String?
    /// The document `bitmod-dist.run/1`, or nil without a result.
    public var document: String?

    /// Creates a point.
    public init(
        study: String?, settings: [(key: String, value: String)], state: String, error: String?, document: String?
    ) {
        self.study = study
        self.settings = settings
        self.state = state
        self.error = error
        self.document = document
    }
}
