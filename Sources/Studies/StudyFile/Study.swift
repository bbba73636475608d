/// A study: the points that a file asks for, in its order.
///
///     base: {model: llama-13b, generate: 64}
///     axes:
///       scheme: [bitmod-4b, int6]
///       chips: [1, 2, 4]
///     zip:
///       - {prompt: [256, 1024], batch: [8, 2]}
///     exclude:
///       - {scheme: int6, chips: 4}
///
/// Every point has all of `base`. The values of `axes` are crossed, the first key being the slowest; the lists of a `zip` are
/// walked together, and several of them are crossed with the rest. Points that match all keys of one `exclude` are left out.
public struct Study: Sendable {
    /// The name, by default that of the file without its ending.
    public var name: String
    /// What it is for, or nil.
    public var description: String?
    /// The points, none of them excluded.
    public var points: [Point]

    /// One combination of settings.
    public struct Point: Hashable, Sendable {
        /// Base first, then axes in their order.
        public var settings: [Setting]

        /// The arguments of the command `run` that ask for the same, the model first.
        public var arguments: [String] {
            settings.filter { $0.key == "model" }.flatMap(\.arguments)
                + settings.filter { $0.key != "model" }.flatMap(\.arguments)
        }

        /// Where the value of an option stands: the last of several.
        public func place(of option: String) -> Setting.Place? {
            settings.last { $0.option == option }?.place
        }
    }

    /// More points than a study may have.
    static let maximumPoints = 1_000_000
}
