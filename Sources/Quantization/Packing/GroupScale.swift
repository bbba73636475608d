/// The factor that turns a group's grid values into weights, with the stages in which it is stored.
public enum GroupScale: Sendable, Hashable {
    /// A binary16 scale; the published code rounds products to binary16.
    case float16(Float)
    /// A binary32 scale, or a row's scale of integer units.
    case float32(Float)
    /// A row's scale and the group's 8-bit factor; the published code multiplies in this order and rounds twice.
    case secondLevel(row: Float, code: Int)
    /// 2^exponent times the grid's unit (1/6 for FP4 and 1/2 for FP3 in the BitMoD paper's variant, 1/2 for OCP).
    case exponent(Int, unit: Double, roundsToHalf: Bool)
    /// A row's scale of the published code's grid, whose unit is not 1.
    case published(Float, unit: Double)

    /// The scale of a group of `tensor`.
    init(_ tensor: QuantizedTensor, row: Int, group: Int, format: NumberFormat, rowScaleIndex: Int) {
        let index = row * tensor.groupsPerRow + group
        switch tensor.scheme.scaleEncoding {
        case .none: self = .float32(1)
        case .float16: self = .float16(tensor.groupScales[index])
        case .float32: self = .float32(tensor.groupScales[index])
        case .int8:
            let rowScale = tensor.rowScales[row * (tensor.rowScales.count / tensor.rows) + rowScaleIndex]
            self = .secondLevel(row: rowScale, code: Int(tensor.scaleCodes[index]))
        case .exponent8:
            let exponent = Int(tensor.scaleCodes[index]) - MicroscalingQuantizer.exponentBias
            if case .microscaling(_, .ocp) = tensor.scheme.family {
                self = .exponent(exponent, unit: 0.5, roundsToHalf: false)
            } else {
                self = .exponent(exponent, unit: MicroscalingQuantizer.paperUnit(format), roundsToHalf: true)
            }
        case .rowFloat16: self = .float32(tensor.rowScales[row])
        case .rowFloat32:
            let scale = tensor.rowScales[row]
            if case .olive = tensor.scheme.family {
                self = .published(scale, unit: Double(OliveType(rawValue: Int(tensor.tensorType))?.publishedUnit ?? 1))
            } else {
                self = .published(scale, unit: 10 / Double(format.grid.max() ?? 1))
            }
        }
    }

    /// The factor in binary64: exact, but for the unit 1/6 and the units of published grids.
    public var value: Double {
        switch self {
        case .float16(let scale), .float32(let scale): Double(scale)
        case .secondLevel(let row, let code): Double(row) * Double(code)
        case .exponent(let exponent, let unit, _): Double(sign: .plus, exponent: exponent, significand: unit)
        case .published(let scale, let unit): Double(scale) * unit
        }
    }

    /// A grid value times the factor, with the published code's roundings.
    func referenceProduct(_ value: Int) -> Float {
        switch self {
        case .float16(let scale): return roundedToHalf(Float(value) * scale)
        case .float32(let scale): return Float(value) * scale
        case .secondLevel(let row, let code): return roundedToHalf(roundedToHalf(Float(value) * row) * Float(code))
        case .exponent(let exponent, let unit, let roundsToHalf):
            let product = Float(sign: .plus, exponent: exponent, significand: 1) * (Float(value) * Float(unit))
            return roundsToHalf ? roundedToHalf(product) : product
        case .published(let scale, let unit): return Float(value) * Float(unit) * scale
        }
    }
}
