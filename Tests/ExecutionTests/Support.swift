import Quantization
import _RandomTestSupport

@testable import Execution

/// Kinds of activations that stress different parts of the exponent match and of the accumulator.
enum ActivationClass: String, CaseIterable, Sendable {
    case normal
    /// Exponents over the whole range of binary16.
    case anyExponent
    /// Any bits but infinities and NaN: many subnormals after masking the exponent.
    case small
    case mostlyZero
    case zeroBlocks
    case largest
    case nonFinite

    func values(_ count: Int, _ generator: inout SeededGenerator) -> [Float16] {
        (0..<count).map { index in
            let bits = UInt16(truncatingIfNeeded: generator.next())
            switch self {
            case .normal: return Float16(generator.normal())
            case .anyExponent: return finite(bits)
            case .small: return Float16(bitPattern: bits & (index % 9 == 0 ? 0x97ff : 0x83ff))
            case .mostlyZero: return generator.next() % 5 == 0 ? Float16(generator.normal()) : index % 2 == 0 ? -0.0 : 0
            case .zeroBlocks: return (index / 8) % 3 == 0 ? finite(bits) : (index / 8) % 3 == 1 ? 0 : 0x1p-24
            case .largest: return Float16(bitPattern: bits & 0x8000 | 0x7bff)
            case .nonFinite: return index % 40 == 11 ? Float16(bitPattern: bits | 0x7c00) : Float16(generator.normal())
            }
        }
    }

    private func finite(_ bits: UInt16) -> Float16 {
        Float16(bitPattern: (bits >> 10) & 0x1f == 31 ? bits & 0xbfff : bits)
    }
}

/// Whether two numbers have the same bits or are both NaN.
func areSame(_ left: Float, _ right: Float) -> Bool {
    left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
}

extension Scheme {
    /// All schemes that run on the bit-serial PE.
    static let onPE = Scheme.coded.filter { $0.cyclesPerStep != nil }
}
