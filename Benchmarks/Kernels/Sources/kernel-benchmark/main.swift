import Foundation

// kernel-benchmark [speed] [exactness] [accuracy]: all three without arguments.
let parts = Set(CommandLine.arguments.dropFirst())
print("# Kernel benchmark\n\n\(Machine.description)\nbuilt for: \(Machine.build)\n")
if parts.isEmpty || parts.contains("exactness") {
    guard try Comparison.run(steps: 10_000_000) else { exit(1) }
}
if parts.isEmpty || parts.contains("speed") { try SpeedReport.print() }
if parts.isEmpty || parts.contains("accuracy") { try AccuracyReport.print() }
