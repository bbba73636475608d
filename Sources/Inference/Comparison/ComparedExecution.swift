import Fabric
import Quantization
import Simulation

/// What an execution is compared with.
public enum ComparedExecution: String, Sendable, Codable, CaseIterable {
    /// The same quantised weights, multiplied in binary32, with keys and values in binary32: what the PEs add.
    case float
    /// The weights as the checkpoint has them, in binary32: what quantisation and the PEs add together.
    case stored
    /// The same on one chip: what another order of sums makes of it.
    case oneChip = "one-chip"

    /// The options of the execution that one with `options` is compared with.
    ///
    /// - Parameter model: whose head may be the embedding.
    public func options(for options: InferenceOptions, of model: ModelDescription) throws -> InferenceOptions {
        switch self {
        case .float:
            try InferenceOptions(
                scheme: options.scheme, headScheme: options.headScheme(of: model), arithmetic: .float,
                keyValueScheme: nil)
        case .stored: try InferenceOptions(scheme: nil, arithmetic: .float, keyValueScheme: nil)
        case .oneChip: options
        }
    }

    /// The chips that the execution compared with runs on.
    ///
    /// - Throws: ``InputError`` where the model does not fit one chip.
    public func hardware(for hardware: SimulatedHardware) throws -> SimulatedHardware {
        guard self == .oneChip, let ring = Fabric.preset("ring") else { return hardware }
        var request = hardware.request
        request.chips = 1
        request.fabric = ring
        request.parallelism = .explicit(ParallelDegrees())
        return try SimulatedHardware(request)
    }
}
