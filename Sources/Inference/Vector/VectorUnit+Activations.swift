import Foundation
import Workload

/// How the Gaussian error linear unit is computed (Hendrycks and Gimpel, arXiv:1606.08415).
public enum GELUForm: String, Sendable, Hashable, Codable, CaseIterable {
    /// x · Φ(x), with the error function.
    case exact
    /// 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))): GPT-2.
    case tanh
    /// x · σ(1.702 x).
    case sigmoid
}

extension VectorUnit {
    /// The activation function of every element, in place.
    ///
    /// - Parameter form: how GELU is computed, where it is the function.
    static func activate(_ values: inout [Float], _ activation: Activation, _ form: GELUForm) {
        switch (activation, form) {
        case (.silu, _): for index in values.indices { values[index] = values[index] / (1 + expf(-values[index])) }
        // Not max: what is no number stays so, and is found.
        case (.relu, _): for index in values.indices where values[index] < 0 { values[index] = 0 }
        case (.gelu, .exact):
            for index in values.indices {
                values[index] = 0.5 * values[index] * (1 + erff(values[index] * Float(0.5).squareRoot()))
            }
        case (.gelu, .tanh):
            let factor = Float((2 / Double.pi).squareRoot())
            for index in values.indices {
                let value = values[index]
                values[index] = 0.5 * value * (1 + tanhf(factor * (value + 0.044715 * (value * value * value))))
            }
        case (.gelu, .sigmoid):
            for index in values.indices { values[index] = values[index] / (1 + expf(-1.702 * values[index])) }
        }
    }

    /// Multiplies a vector by another, element by element, in place.
    static func multiply(_ values: inout [Float], by factors: [Float]) {
        for index in values.indices { values[index] *= factors[index] }
    }
}
