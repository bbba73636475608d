import Checkpoints
import Documents
import Quantization

/// Statistics of activations as a ``CalibrationFile`` has them, for quantisers that need them.
struct CalibrationStatistics: Sendable {
    private let source: any WeightSource

    /// Statistics of a source, whose tensors are read when they are asked for.
    init(_ source: any WeightSource) { self.source = source }

    /// Some channels' largest magnitudes.
    ///
    /// - Parameters:
    ///   - channels: how many the site has.
    ///   - kept: those that pruning has left, or nil for all. A file has them alone, if they were observed in the pruned
    ///     model, or among all channels.
    /// - Throws: ``InputError`` (data) where the statistics are missing or of another model.
    func largest(_ place: CalibrationPlace, channels: Int, kept: [Int]?) throws -> [Float] {
        try vector(place, "abs_max", channels, kept)
    }

    /// Some channels' mean magnitudes.
    func meanMagnitudes(_ place: CalibrationPlace, channels: Int, kept: [Int]?) throws -> [Float] {
        try vector(place, "abs_mean", channels, kept)
    }

    /// The mean of x xᵀ over tokens [channels x channels], of some channels.
    func secondMoment(_ place: CalibrationPlace, channels: Int, kept: [Int]?) throws -> [Float] {
        let name = place.name + ".second_moment"
        guard source.shape(of: name) != nil else {
            throw InputError(
                .data, file: source.path, key: name, problem: "the tensor is missing",
                expected: "statistics collected with --calibrate FILE --second-moments")
        }
        if let kept, source.shape(of: name) == [kept.count, kept.count] {
            return try source.finite(name, rows: 0..<kept.count, columns: 0..<kept.count)
        }
        try source.require(name, [channels, channels])
        let all = try source.finite(name, rows: 0..<channels, columns: 0..<channels)
        guard let kept else { return all }
        return kept.flatMap { row in kept.map { all[row * channels + $0] } }
    }

    /// Activations of some tokens [samples x channels], of some channels.
    func samples(_ place: CalibrationPlace, channels: Int, kept: [Int]?) throws -> [Float] {
        let name = place.name + ".samples"
        guard let shape = source.shape(of: name), shape.count == 2 else {
            throw InputError(
                .data, file: source.path, key: name, problem: "the tensor is missing or no matrix",
                expected: "statistics collected with --calibrate FILE --second-moments")
        }
        let columns = shape[1] == kept?.count ? shape[1] : channels
        try source.require(name, [shape[0], columns])
        let all = try source.finite(name, rows: 0..<shape[0], columns: 0..<columns)
        guard let kept, columns == channels else { return all }
        return (0..<shape[0]).flatMap { row in kept.map { all[row * channels + $0] } }
    }

    private func vector(
        _ place: CalibrationPlace, _ name: String, _ channels: Int, _ kept: [Int]?
    ) throws -> [Float] {
        let name = place.name + "." + name
        guard let kept else { return try source.finiteVector(name, count: channels) }
        if source.shape(of: name) == [kept.count] { return try source.finiteVector(name, count: kept.count) }
        let all = try source.finiteVector(name, count: channels)
        return kept.map { all[$0] }
    }
}

/// A layer's site.
struct CalibrationPlace: Hashable, Sendable, Codable {
    var layer: Int
    var site: CalibrationSite

    /// The beginning of its tensors' names.
    var name: String { "layers.\(layer).\(site.rawValue)" }
}

extension CalibrationSite {
    /// What a matrix is multiplied with.
    init(_ matrix: TensorNames.Matrix) {
        switch matrix {
        case .query, .key, .value: self = .attentionInput
        case .output: self = .attentionOutput
        case .gate, .up: self = .feedForwardInput
        case .down: self = .feedForwardInner
        }
    }

    /// The matrices that are multiplied with it.
    var matrices: [TensorNames.Matrix] { TensorNames.Matrix.allCases.filter { CalibrationSite($0) == self } }

    /// Whether it is the output of a norm, which factors of channels can be folded into.
    var isBehindNorm: Bool { self == .attentionInput || self == .feedForwardInput }
}
