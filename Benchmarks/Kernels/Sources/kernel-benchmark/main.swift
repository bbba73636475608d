import Foundation
import Processor

// kernel-benchmark [digest] [exactness] [speed] [accuracy]: all four without arguments.
try ProcessorLevel.check()
let parts = Set(CommandLine.arguments.dropFirst())
print("# Kernel benchmark\n\n\(Machine.description)\nhot loops built for \(ProcessorLevel.built.name)\n")
if parts.isEmpty || parts.contains("digest") { try Digest.print() }
if parts.isEmpty || parts.contains("exactness") {
    guard try Comparison.run(steps: 10_000_000) else { exit(1) }
}
if parts.isEmpty || parts.contains("speed") { try SpeedReport.print() }
if parts.isEmpty || parts.contains("accuracy") { try AccuracyReport.print() }
