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
    func stepCycles(format: WeightFormat, rows: Int, columns: Int, inputBits: Int, chip: Chip) -> StepCycles {
        let weightBits = (rows * lanes * format.codeBitsQ16 + 65535) >> 16
        let activationBits = columns * lanes * inputBits
        let weightPort = (weightBits + chip.weightBuffer.portBits - 1) / chip.weightBuffer.portBits
        let activationPort = (activationBits + chip.activationBuffer.portBits - 1) / chip.activationBuffer.portBits
        let ports = max(weightPort, activationPort)
        return StepCycles(
            usual: max(format.cyclesPerStep, ports),
            exceptional: max(format.exceptionalGroups?.cyclesPerStep ?? format.cyclesPerStep, ports))
    }

    /// Cycles of one pass: every PE of the arrangement reduces `inputs` products to one output.
    ///
    /// A group takes `⌈size / lanes⌉` steps, and no less than what is done with the group before it, which runs behind it:
    /// bit-serial scaling, or operations of a unit that PEs share.
    ///
    /// - Parameters:
    ///   - offset: columns of the first group that come before and are not reduced here; the others keep their lanes.
    ///   - exceptional: how many exceptional groups are among these inputs; by default all.
    func passCycles(
        inputs: Int, offset: Int = 0, exceptional: Int? = nil, format: WeightFormat, stepCycles: StepCycles
    ) -> Int {
        let behind = max(format.scalesSerially ? dequantiseCycles : 0, format.side.cyclesPerGroup)
        func group(_ places: Range<Int>, _ cycles: Int) -> Int {
            max(((places.upperBound + lanes - 1) / lanes - places.lowerBound / lanes) * cycles, behind)
        }
        let size = format.groupSize
        let usual = stepCycles.usual
        let first = offset > 0 ? group(offset..<min(size, offset + inputs), usual) : 0
        let rest = offset > 0 ? max(offset + inputs - size, 0) : inputs
        let tail = rest % size
        let exceptional = exceptional ?? format.exceptionalGroups?.count ?? 0
        return first + (rest / size - exceptional) * group(0..<size, usual)
            + exceptional * group(0..<size, stepCycles.exceptional) + (tail > 0 ? group(0..<tail, usual) : 0)
    }
}

/// Cycles of a step in most groups, and in those that are exceptions.
struct StepCycles: Hashable, Sendable {
    var usual: Int
    var exceptional: Int
}

extension WeightFormat {
    /// What a step takes in the PE itself.
    var elementStepCycles: StepCycles {
        StepCycles(usual: cyclesPerStep, exceptional: exceptionalGroups?.cyclesPerStep ?? cyclesPerStep)
    }
}
