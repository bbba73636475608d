import Documents
import Execution
import Quantization

/// How a model is run.
public struct InferenceOptions: Sendable, Hashable, Codable {
    /// How the linear layers' weights are quantised; nil, or `fp16` with `float` arithmetic, leaves them as the
    /// checkpoint has them.
    public var scheme: Scheme?
    /// What is computed with.
    public var arithmetic: InferenceArithmetic
    /// How keys and values are stored; nil keeps them in binary32, which only `float` arithmetic can.
    public var keyValueScheme: Scheme?
    /// Chips that share the work, each with its part of every layer.
    public var chips: Int

    /// Checks the combination.
    ///
    /// - Throws: ``InputError`` (usage) for what cannot be computed.
    public init(scheme: Scheme?, arithmetic: InferenceArithmetic, keyValueScheme: Scheme?, chips: Int) throws {
        self.scheme = scheme
        self.arithmetic = arithmetic
        self.keyValueScheme = keyValueScheme
        self.chips = chips
        guard (1...Self.mostChips).contains(chips) else {
            throw InputError(
                .usage, key: "--chips", problem: "found \(chips)", expected: "a number from 1 to \(Self.mostChips)")
        }
        if let keyValueScheme, QuantizedHeadCache.valueScheme(for: keyValueScheme) == nil,
            keyValueScheme.family != .float16
        {
            throw InputError(
                .usage, key: "--kv-scheme", problem: "\(keyValueScheme.name) is no scheme for keys and values",
                expected: "int8, int6, int5, int4, bitmod-4b, bitmod-3b or fp16")
        }
        guard arithmetic != .float else { return }
        guard let scheme, KernelLayout(scheme, columns: scheme.groupSize) != nil else {
            throw InputError(
                .usage, key: "--scheme",
                problem: scheme.map { "\($0.name) does not run on the bit-serial PE" }
                    ?? "weights as stored do not run on the bit-serial PE",
                expected: "a quantised scheme, or --arithmetic float")
        }
        guard keyValueScheme != nil else {
            throw InputError(
                .usage, key: "--kv-scheme", problem: "keys and values need a scheme", expected: "int8, for instance")
        }
    }

    /// The scheme that weights are really quantised by.
    var weightScheme: Scheme? { scheme?.family == .float16 ? nil : scheme }

    /// The most chips that are simulated.
    public static let mostChips = 4096
}
