/// Second moments that no error feedback can be computed from.
public enum CalibrationError: Error, Hashable {
    /// A moment or sample is infinite or NaN; the index counts row by row.
    case nonFiniteValue(index: Int)
    /// The damped Hessian is not positive definite: no inputs have such moments.
    case notPositiveDefinite(column: Int)
}

extension CalibrationError: CustomStringConvertible {
    /// The message for users.
    public var description: String {
        switch self {
        case .nonFiniteValue(let index): "the calibration value at index \(index) is infinite or NaN"
        case .notPositiveDefinite(let column):
            "the second moments of the inputs are not positive definite at column \(column)"
        }
    }
}
