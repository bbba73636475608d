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
    /// How the language-model head is quantised, or nil for the usual way: see ``headScheme(of:)``.
    public var headScheme: Scheme?
    /// The file with statistics of activations that the scheme's method is to use, or nil for its weights-only form.
    public var calibration: String?
    /// How keys and values are stored; nil keeps them in binary32, which only `float` arithmetic can.
    public var keyValueScheme: Scheme?
    /// What norms, softmax and gated activations are computed with, which follows from the scheme.
    public internal(set) var nonLinearArithmetic: NonLinearArithmetic

    /// Checks the combination.
    ///
    /// - Throws: ``InputError`` (usage) for what cannot be computed.
    public init(
        scheme: Scheme?, calibration: String? = nil, headScheme: Scheme? = nil, arithmetic: InferenceArithmetic,
        keyValueScheme: Scheme?
    ) throws {
        self.scheme = scheme
        self.calibration = calibration
        self.headScheme = headScheme
        self.arithmetic = arithmetic
        self.keyValueScheme = keyValueScheme
        nonLinearArithmetic = NonLinearArithmetic(scheme)
        if let keyValueScheme, QuantizedHeadCache.valueScheme(for: keyValueScheme) == nil,
            keyValueScheme.family != .float16
        {
            throw InputError(
                .usage, key: "--kv-scheme", problem: "\(keyValueScheme.name) is no scheme for keys and values",
                expected: "int8, int6, int5, int4, bitmod-4b, bitmod-3b or fp16")
        }
        if let headScheme, headScheme.isMethod {
            throw InputError(
                .usage, key: "--head-scheme", problem: "\(headScheme.name) is a method for the matrices of layers",
                expected: "a scheme of codes, such as int8")
        }
        if calibration != nil, scheme?.withCalibration == nil {
            throw InputError(
                .usage, key: "--calibration",
                problem: scheme.map { "\($0.name) makes no use of statistics of activations" }
                    ?? "there is no --scheme that could use it",
                expected: "a scheme such as bitmod-4b-awq (see: show NAME)")
        }
        guard arithmetic != .float else { return }
        guard let scheme, scheme.cyclesPerStep != nil else {
            throw InputError(
                .usage, key: "--scheme",
                problem: scheme.map { "\($0.name) does not run on the bit-serial PE" }
                    ?? "weights as stored do not run on the bit-serial PE",
                expected: "a quantised scheme, or --arithmetic float")
        }
        if let headScheme, headScheme.family != .float16, headScheme.cyclesPerStep == nil {
            throw InputError(
                .usage, key: "--head-scheme", problem: "\(headScheme.name) does not run on the bit-serial PE",
                expected: "int8, for instance, or --arithmetic float")
        }
        if arithmetic == .rtl2024, scheme.sideUnits.contains(.wideAccumulator) {
            throw InputError(
                .usage, key: "--arithmetic",
                problem: "the published Verilog lacks the 32-bit accumulator of \(scheme.name)",
                expected: "exact")
        }
        guard keyValueScheme != nil else {
            throw InputError(
                .usage, key: "--kv-scheme", problem: "keys and values need a scheme", expected: "int8, for instance")
        }
    }

    /// How the weights of a method come about, from statistics or without; nil where there is nothing to say.
    public var provenance: String? {
        calibration == nil ? scheme?.withoutCalibration : scheme?.withCalibration
    }

    /// The scheme that weights are really quantised by.
    var weightScheme: Scheme? { scheme?.family == .float16 ? nil : scheme }

    /// The scheme that a model's head is really quantised by, or nil where its weights stay as they are.
    ///
    /// A head of its own is quantised as the other weights. One that is the embedding, or beside weights of another paper's
    /// method, stays as it is with `float`
    /// arithmetic, and takes 8-bit integers on the PEs, which have no wider weights.
    public func headScheme(of model: ModelDescription) -> Scheme? {
        if let headScheme { return headScheme.family == .float16 ? nil : headScheme }
        guard model.shape.hasTiedEmbeddings || weightScheme?.isMethod ?? false else { return weightScheme }
        return arithmetic == .float ? nil : Self.tiedHeadScheme
    }

    /// What a head that is the embedding is stored as on bit-serial PEs.
    static let tiedHeadScheme = Scheme(named: "int8")
}
