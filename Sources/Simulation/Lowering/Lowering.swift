import Accelerator
import Workload

/// Turns operators of the model into work of a chip.
///
/// A tensor between two operators stays in the activation buffer if it takes no more than an eighth of it: four of them
/// may be alive at once (residual stream, input, gate, up) in the half that is kept for them. Larger ones go through
/// DRAM, out and in again.
struct Lowering {
    private let formats: Formats
    private let residentBits: Int
    private let partialSumBits: Int
    /// Matrices whose inputs another one before them has had.
    private let sharesInput: Set<String>

    init(_ request: RunRequest, chip: Chip) {
        formats = Formats(request)
        let names = LayerNames(family: request.model.family)
        var sharing: Set = [names.queryKeyValue.key, names.queryKeyValue.value]
        if request.model.feedForward == .gated { sharing.insert(names.feedForward.up) }
        sharesInput = sharing
        residentBits = chip.activationBuffer.capacity.count
        partialSumBits = request.partialSumBits
    }

    /// The work of an operator, or none where it is part of the one before (softmax and values belong to the scores).
    func work(of operation: Operator) -> [ChipWork] {
        switch operation.kind {
        case .linear(let linear):
            let outputBits = linear.isPartial ? partialSumBits : 16
            let weights = formats.weights(
                linear.role, hasBias: linear.hasBias, inputs: linear.inputs, blockPairs: linear.blockPairs)
            let product = ChipWork.gemm(
                GEMM(
                    outputs: linear.outputs, inputs: linear.inputs, inputOffset: linear.inputOffset,
                    tokens: linear.tokens, weights: weights,
                    inputBits: formats.activations(linear.role).bits, outputBits: outputBits,
                    isInputResident: isResident(linear.tokens * linear.inputs * 16),
                    isOutputResident: isResident(linear.tokens * linear.outputs * outputBits)))
            return beforeProduct(linear, name: operation.name) + [product] + behindProduct(linear)
        case .attentionScores(let shape):
            let rows = shape.groups.reduce(0) { $0 + $1.instances * $1.rows }
            let isResident = isResident(rows * shape.headDimension * 16)
            return shape.groups.map { group in
                .attention(
                    AttentionBlock(
                        instances: group.instances, rows: group.rows, context: shape.context,
                        headDimension: shape.headDimension, cache: formats.keyValues, isQueryResident: isResident,
                        isOutputResident: isResident))
            }
        case .softmax, .attentionValues: return []
        case .keyValueAppend(let tokens, let kvHeads, let headDimension, let batch):
            return [keyValueAppend(tokens: tokens, kvHeads: kvHeads, headDimension: headDimension, batch: batch)]
        case .norm(let kind, let rows, let width):
            let parameters = width * 2 * (kind == .layerNorm ? 2 : 1)
            return [
                elementwise(
                    kind.operations(rows: rows, width: width), inputs: 1, rows: rows, width: width,
                    parameterBytes: parameters)
            ]
        case .rope(let rows, let dimensions, let width, let positions):
            // Two multiplications and an addition per rotated element; sines and cosines from a table.
            let rotated = rows * dimensions
            return [
                elementwise(
                    VectorOperations(additions: rotated, multiplications: 2 * rotated), inputs: 1, rows: rows,
                    width: width, parameterBytes: positions * dimensions * 2)
            ]
        case .activation(let function, let isGated, let rows, let width):
            return [
                elementwise(
                    function.operations(elements: rows * width, isGated: isGated), inputs: isGated ? 2 : 1, rows: rows,
                    width: width)
            ]
        case .residual(let rows, let width):
            return [elementwise(VectorOperations(additions: rows * width), inputs: 2, rows: rows, width: width)]
        case .routing(let tokens, let experts):
            // Softmax over the experts, and a comparison each for the largest few.
            let scores = tokens * experts
            return [
                elementwise(
                    VectorOperations(additions: 4 * scores, multiplications: scores, specials: scores + tokens),
                    inputs: 1, rows: tokens, width: experts)
            ]
        case .combine(let tokens, let assignments, let width):
            let elements = assignments * width
            return [
                elementwise(
                    VectorOperations(additions: elements, multiplications: elements), rowsRead: assignments,
                    rows: tokens, width: width)
            ]
        case .embedding(let rows, let positionRows, let width):
            return [embedding(rows: rows, positionRows: positionRows, width: width)]
        }
    }

    private func isResident(_ bits: Int) -> Bool { bits <= residentBits }

    /// What the vector unit does with the inputs of a product: rescaling to integers, once for matrices that share them, or
    /// factors of a matrix's own columns.
    private func beforeProduct(_ linear: Linear, name: String) -> [ChipWork] {
        var operations = VectorOperations()
        let elements = linear.tokens * linear.inputs
        if !sharesInput.contains(name) {
            switch formats.activations(linear.role) {
            case .float16: break
            // The largest magnitude, its reciprocal, a product each; with a zero point the smallest and an addition too.
            case .integer:
                operations = VectorOperations(
                    additions: elements, multiplications: elements, specials: linear.tokens)
            case .asymmetricInteger:
                operations = VectorOperations(
                    additions: 3 * elements, multiplications: elements, specials: linear.tokens)
            }
        }
        operations.multiplications += formats.vectorFactors(linear.role).inputs * elements
        guard operations != VectorOperations() else { return [] }
        return [elementwise(operations, inputs: 1, rows: linear.tokens, width: linear.inputs)]
    }

    /// Factors of outputs, or of tokens, behind a product.
    private func behindProduct(_ linear: Linear) -> [ChipWork] {
        let factors = formats.vectorFactors(linear.role).outputs
        guard factors > 0 else { return [] }
        let operations = VectorOperations(multiplications: factors * linear.tokens * linear.outputs)
        return [elementwise(operations, inputs: 1, rows: linear.tokens, width: linear.outputs)]
    }

    /// Work that reads a number of equal tensors and writes one.
    private func elementwise(
        _ operations: VectorOperations, inputs: Int, rows: Int, width: Int, parameterBytes: Int = 0
    ) -> ChipWork {
        elementwise(operations, rowsRead: inputs * rows, rows: rows, width: width, parameterBytes: parameterBytes)
    }

    /// Work that reads a number of rows and writes a number of them.
    private func elementwise(
        _ operations: VectorOperations, rowsRead: Int, rows: Int, width: Int, parameterBytes: Int = 0
    ) -> ChipWork {
        let bits = rows * width * 16
        let readBits = rowsRead * width * 16
        let isResident = isResident(bits)
        let readBytes = parameterBytes + (isResident ? 0 : readBits / 8)
        return .streaming(
            StreamingWork(
                operations: operations, bufferReadBits: readBits, bufferWriteBits: bits,
                readRuns: readBytes > 0 ? 1 : 0, readRunBytes: readBytes, writeRuns: isResident ? 0 : 1,
                writeRunBytes: isResident ? 0 : bits / 8))
    }

    /// For each new key and value and each candidate type: a comparison for the maximum, a multiplication by the inverse
    /// scale; one reciprocal per row. The cache is laid out head by head, so new tokens of a head are one run.
    private func keyValueAppend(tokens: Int, kvHeads: Int, headDimension: Int, batch: Int) -> ChipWork {
        let rows = 2 * tokens * kvHeads
        let elements = rows * headDimension * formats.keyValueCandidates
        let isResident = isResident(rows * headDimension * 16)
        let format = formats.keyValues
        return .streaming(
            StreamingWork(
                operations: VectorOperations(
                    additions: elements, multiplications: elements,
                    specials: formats.keyValueCandidates > 0 ? rows : 0),
                bufferReadBits: rows * headDimension * 16,
                readRuns: isResident ? 0 : 1, readRunBytes: isResident ? 0 : rows * headDimension * 2,
                writeRuns: 2 * kvHeads * batch,
                writeRunBytes: format.bytes(rows: tokens / batch, columns: headDimension, withRowMetadata: true)))
    }

    private func embedding(rows: Int, positionRows: Int, width: Int) -> ChipWork {
        let bits = rows * width * 16
        let isResident = isResident(bits)
        return .streaming(
            StreamingWork(
                operations: VectorOperations(additions: positionRows * width), bufferWriteBits: bits,
                readRuns: rows + positionRows, readRunBytes: width * 2, writeRuns: isResident ? 0 : 1,
                writeRunBytes: isResident ? 0 : bits / 8))
    }
}

extension Normalization {
    /// Operations over rows; counts per element as in LLMCompass (ISCA 2024): RMSNorm 3 multiplications and 1 addition,
    /// LayerNorm 3 and 4, and a root per row.
    func operations(rows: Int, width: Int) -> VectorOperations {
        let elements = rows * width
        return VectorOperations(
            additions: (self == .layerNorm ? 4 : 1) * elements, multiplications: 3 * elements, specials: rows)
    }
}

extension Activation {
    /// Operations of the function on a number of elements, with the product by the gate where there is one.
    ///
    /// SiLU: exponential, addition, reciprocal, multiplication; GELU: exponential and ten others; ReLU: a comparison.
    func operations(elements: Int, isGated: Bool) -> VectorOperations {
        var operations =
            switch self {
            case .silu: VectorOperations(additions: elements, multiplications: elements, specials: 2 * elements)
            case .gelu: VectorOperations(additions: 5 * elements, multiplications: 5 * elements, specials: elements)
            case .relu: VectorOperations(additions: elements)
            }
        if isGated { operations.multiplications += elements }
        return operations
    }
}
