import Documents

extension TransformerModel {
    /// Refuses a description that no model can have, or with a number outside ``Limits``.
    ///
    /// - Parameter file: the file the description comes from, for the error.
    /// - Throws: `InputError` that names the field.
    public func validate(file: String? = nil) throws {
        let check = Check(file: file)
        try check.that(!name.isEmpty, "name", "the name is empty", "a name")
        try check("hiddenSize", hiddenSize, in: Limits.hiddenSize)
        try check("layers", layers, in: Limits.layers)
        try check("attentionHeads", attentionHeads, in: Limits.heads)
        try check("kvHeads", kvHeads, in: Limits.heads)
        try check.that(
            attentionHeads.isMultiple(of: kvHeads), "kvHeads",
            "\(kvHeads) key-value heads do not divide \(attentionHeads) attention heads",
            "a divisor of \(attentionHeads)")
        try check("headDimension", headDimension, in: Limits.headDimension)
        try check("attentionHeads * headDimension", queryDimension, in: Limits.queryDimension)
        try check("intermediateSize", intermediateSize, in: Limits.intermediateSize)
        try check("vocabularySize", vocabularySize, in: Limits.vocabularySize)
        try check("maximumPositions", maximumPositions, in: Limits.positions)
        try check("normsPerLayer", normsPerLayer, in: Limits.normsPerLayer)
        try check.that(
            isParallelBlock ? normsPerLayer <= 2 : normsPerLayer >= 2, "normsPerLayer", "found \(normsPerLayer)",
            isParallelBlock ? "1 or 2 norms in a parallel block" : "2 to 4 norms in a block that is not parallel")
        if let slidingWindow { try check("slidingWindow", slidingWindow, in: Limits.positions) }
        try validatePosition(check)
        if let mixtureOfExperts { try validate(mixtureOfExperts, check) }
        if let pruning { try validate(pruning, check) }
        try check("totalParameters", totalParameters, in: Limits.totalParameters)
    }

    private func validatePosition(_ check: Check) throws {
        switch position {
        case .rotary(let dimensions):
            try check("position.rotary.dimensions", dimensions, in: 1...headDimension)
            try check.that(
                dimensions.isMultiple(of: 2), "position.rotary.dimensions", "\(dimensions) is odd",
                "an even number, as dimensions are rotated in pairs")
        case .learned(let rows):
            try check("position.learned.rows", rows, in: Limits.positions)
            try check.that(
                rows >= maximumPositions, "position.learned.rows",
                "\(rows) rows are fewer than the \(maximumPositions) positions", "a row per position")
        }
    }

    private func validate(_ mixture: MixtureOfExperts, _ check: Check) throws {
        try check("mixtureOfExperts.experts", mixture.experts, in: Limits.experts)
        try check("mixtureOfExperts.activeExperts", mixture.activeExperts, in: 1...mixture.experts)
        try check(
            "mixtureOfExperts.expertIntermediateSize", mixture.expertIntermediateSize, in: Limits.intermediateSize)
        try check(
            "mixtureOfExperts.sharedIntermediateSize", mixture.sharedIntermediateSize,
            in: 0...Limits.intermediateSize.upperBound)
        try check(
            "mixtureOfExperts.experts * expertIntermediateSize", mixture.experts * mixture.expertIntermediateSize,
            in: Limits.totalExpertSize)
        try check("mixtureOfExperts.leadingDenseLayers", mixture.leadingDenseLayers, in: 0...(layers - 1))
    }

    private func validate(_ pruning: Pruning, _ check: Check) throws {
        try check.that(
            mixtureOfExperts == nil, "pruning", "\(name) has experts, for whose channels LLM-Pruner has no rule",
            "a dense model")
        try check.that(
            pruning.ratio > 0 && pruning.ratio < 1, "pruning.ratio", "found \(pruning.ratio)",
            "a number between 0 and 1")
        try check("pruning.firstLayer", pruning.firstLayer, in: 0...layers - 1)
        try check("pruning.lastLayer", pruning.lastLayer, in: pruning.firstLayer...layers - 1)
        try check("pruning.multiple", pruning.multiple, in: 1...intermediateSize)
        try check.that(
            pruning.kvHeads(of: self) > 0 && pruning.intermediateSize(of: self) > 0, "pruning.ratio",
            "found \(pruning.ratio), which leaves \(pruning.kvHeads(of: self)) of \(kvHeads) key and value heads and "
                + "\(pruning.intermediateSize(of: self)) of \(intermediateSize) channels",
            "a ratio that leaves some of both")
    }
}

/// Checks fields and makes the errors.
private struct Check {
    let file: String?

    func callAsFunction(_ key: String, _ value: Int, in range: ClosedRange<Int>) throws {
        try that(
            range.contains(value), key, "found \(value)",
            "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    func that(_ holds: Bool, _ key: String, _ problem: String, _ expected: String) throws {
        if !holds { throw InputError(.data, file: file, key: key, problem: problem, expected: expected) }
    }
}
