import Simulation

/// A plan and its alternatives in words.
enum PlanText {
    /// `tensor parallel 8, pipeline parallel 2, data parallel 2`, and what else differs from the simplest plan.
    static func summary(_ plan: Plan) -> String {
        var parts = ["tensor parallel \(plan.tensorParallel)"]
        parts.append("pipeline parallel \(plan.pipelineParallel)")
        if plan.dataParallel > 1 { parts.append("data parallel \(plan.dataParallel)") }
        if plan.expertParallel > 1 { parts.append("expert parallel \(plan.expertParallel)") }
        return parts.joined(separator: ", ")
    }

    /// What else differs from the simplest plan, or nil.
    static func details(_ plan: Plan) -> String? {
        var parts: [String] = []
        if plan.degrees.isSequenceParallel { parts.append("sequence parallel") }
        if let grid = plan.grid { parts.append("matrices over \(grid.rows) x \(grid.columns) chips") }
        if plan.microBatches > 1 { parts.append("\(plan.microBatches) micro-batches") }
        if plan.overlapChunks > 1 { parts.append("exchanges in \(plan.overlapChunks) chunks") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// A row for each runner-up, or nil where there was no choice.
    static func alternatives(_ plan: Plan) -> TextTable? {
        guard !plan.alternatives.isEmpty else { return nil }
        var table = TextTable("runner-up", ">micro-batches", ">latency", ">tokens/s", ">energy/token", ">decode steps")
        for figures in plan.alternatives {
            table.add(
                figures.parallel, "\(figures.microBatches)", Figures.si(figures.latencySeconds, "s"),
                figures.tokensPerSecond.map(Figures.threeDigits) ?? "-",
                figures.energyPerTokenJoules.map { Figures.si($0, "J") } ?? "-", "\(figures.simulatedDecodeSteps)")
        }
        return table
    }
}
