import Foundation

extension RotaryScaling {
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
    static func logarithm(_ value: Double) -> Double { log(value) }
}
