import Documents
import Quantization

/// What can be wrong with the weights of some rows of a matrix, named by file, tensor, index and byte.
struct WeightProblems {
    let plan: ConversionPlan
    let tensor: ConversionPlan.Tensor
    let rows: Range<Int>

    /// The error for weights that the quantiser refuses.
    ///
    /// - Parameter weights: of these rows.
    func of(_ error: QuantizationError, _ weights: UnsafeBufferPointer<Float>) -> InputError {
        switch error {
        case .nonFiniteWeight(let index):
            let kind = weights[index].isNaN ? "NaN" : "infinite"
            return weight("the weight is \(kind)", index)
        case .beyondBinary16(let index):
            return weight(
                "the weight \(weights[index]) exceeds 65504, the largest value of the published binary16 arithmetic",
                index, expected: plan.hasExactArithmetic ? "smaller weights, or --arithmetic exact" : "smaller weights")
        case .scaleOverflow(let row, let encoding):
            return InputError(
                .data, file: plan.inputs[tensor.source.file].path, key: tensor.name,
                problem: "a scale of row \(rows.lowerBound + row) exceeds the largest \(encoding.rawValue) value")
        case .emptyMatrix:
            return InputError(
                .data, file: plan.inputs[tensor.source.file].path, key: tensor.name, problem: "\(error)")
        }
    }

    private func weight(_ problem: String, _ index: Int, expected: String? = nil) -> InputError {
        weight(problem, row: index / tensor.columns, index % tensor.columns, expected: expected)
    }

    /// The error for one weight.
    ///
    /// - Parameter row: counted from the first of these rows.
    func weight(_ problem: String, row: Int, _ column: Int, expected: String? = nil) -> InputError {
        let row = rows.lowerBound + row
        let info = tensor.source.info
        let index = row * tensor.columns + column
        let offset = info.bytes.lowerBound + index * info.type.bits / 8
        return InputError(
            .data, file: plan.inputs[tensor.source.file].path, key: "\(info.name)[\(row), \(column)]",
            problem: "\(problem) (index \(index), byte \(offset) of the file)", expected: expected)
    }
}
