extension ProcessingArray {
    /// Cycles of one step: one weight in every lane of every PE of the arrangement.
    ///
    /// The larger of what the PE needs and what the buffer ports need to feed the rows and columns in use.
    ///
    /// - Parameters:
    ///   - format: the weight operand.
    ///   - rows: array rows in use.
    ///   - columns: array columns in use.
    ///   - inputBits: bits of an input element.
    ///   - chip: whose ports feed the array.
    func stepCycles(format: WeightFormat, rows: Int, columns: Int, inputBits: Int, chip: Chip) -> Int {
        let weightBits = (rows * lanes * format.codeBitsQ16 + 65535) >> 16
        let activationBits = columns * lanes * inputBits
        let weightPort = (weightBits + chip.weightBuffer.portBits - 1) / chip.weightBuffer.portBits
        let activationPort = (activationBits + chip.activationBuffer.portBits - 1) / chip.activationBuffer.portBits
        return max(format.cyclesPerStep, weightPort, activationPort)
    }

    /// Cycles of one pass: every PE of the arrangement reduces `inputs` products to one output.
    ///
    /// A group takes `⌈size / lanes⌉` steps, and no less than the bit-serial scaling of the group before it, which runs
    /// behind it.
    ///
    /// - Parameter offset: columns of the first group that come before and are not reduced here; the others keep their
    ///   lanes.
    func passCycles(inputs: Int, offset: Int = 0, format: WeightFormat, stepCycles: Int) -> Int {
        let scaling = format.scalesSerially ? dequantiseCycles : 0
        func group(_ places: Range<Int>) -> Int {
            max(((places.upperBound + lanes - 1) / lanes - places.lowerBound / lanes) * stepCycles, scaling)
        }
        let size = format.groupSize
        let first = offset > 0 ? group(offset..<min(size, offset + inputs)) : 0
        let rest = offset > 0 ? max(offset + inputs - size, 0) : inputs
        let tail = rest % size
        return first + rest / size * group(0..<size) + (tail > 0 ? group(0..<tail) : 0)
    }
}
