import Documents

extension RunRequest {
    /// The multiply-adds of the whole run, or somewhat more where attention has a window.
    ///
    /// A floating-point number, so that it can be asked for before anything that could overflow is counted.
    var multiplyAdds: Double {
        let last = Double(promptTokens + generatedTokens)
        func visible(_ context: Double) -> Double { model.slidingWindow.map { min(context, Double($0)) } ?? context }
        let prefilled = Double(batch) * Double(promptTokens)
        let decoded = Double(batch) * Double(generatedTokens)
        let head = Double(model.headParameters) * ((headPositions == .all ? prefilled : Double(batch)) + decoded)
        let attentionPerContext = 2 * Double(model.queryElementsPerToken)
        // The mean context of the decode steps is half way between the first and the last.
        let context = prefilled * Double(promptTokens) + decoded * visible((Double(promptTokens) + 1 + last) / 2)
        return Double(model.activeBlockLinearParametersPerToken) * (prefilled + decoded) + head
            + attentionPerContext * context
    }

    /// Refuses runs whose multiply-adds do not fit a 64-bit count.
    func checkMultiplyAdds() throws {
        guard multiplyAdds > 4e18 else { return }
        throw InputError(
            .usage, key: "--prompt, --generate and --batch",
            problem: "the run has more multiply-adds than can be counted", expected: "at most 4e18 of them")
    }
}

/// Simulated time that does not fit a 64-bit count of picoseconds.
enum UncountableTime {
    /// Refuses a time, summed over chips, in picoseconds.
    static func check(_ picoseconds: Double) throws {
        guard picoseconds > 4e18 else { return }
        throw InputError(
            .usage, key: "--generate", problem: "the run takes more simulated time than can be counted",
            expected: "less than 46 days, summed over all chips: fewer tokens or chips, faster memory or links")
    }
}
