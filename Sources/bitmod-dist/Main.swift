import ArgumentParser
import Conversion
import Documents
import Foundation
import MessagePassing
import Processor

/// The program: the coordinator reads the command line, and every rank takes part in what it asks for.
@main
enum Main {
    static func main() {
        let code = ParallelProgram.run(name: "bitmod-dist") { communicator in
            // Every rank, since nodes may differ, and first, since the rest may use what the processor lacks.
            try communicator.agree { try ProcessorLevel.check() }
            // Only the coordinator reads arguments and files and prints; the others learn what there is to do.
            var reporter: RunReporter?
            var conversionReporter: ConversionReporter?
            var inferenceReporter: InferenceReporter?
            var comparisonReporter: ComparisonReporter?
            var sweep: Sweep?
            let task = try communicator.broadcastResult { () throws -> Task in
                switch Invocation.parse(ranks: communicator.size) {
                case .ended(let code): return .end(code)
                case .command(let command): return .end(try command.perform())
                case .run(let run, let output):
                    reporter = output
                    return .simulate(run)
                case .convert(let plan, let output):
                    conversionReporter = output
                    return .convert(plan)
                case .infer(let inference, let output):
                    inferenceReporter = output
                    return .infer(inference)
                case .compareSchemes(let comparison, let output):
                    comparisonReporter = output
                    return .compareSchemes(comparison)
                case .sweep(let own):
                    sweep = own
                    return .sweep
                }
            }
            switch task {
            case .end(let code): return code
            case .simulate(let run): return try run.perform(on: communicator, reporter: reporter)
            case .convert(let plan): return try plan.perform(on: communicator, reporter: conversionReporter)
            case .infer(let inference): return try inference.perform(on: communicator, reporter: inferenceReporter)
            case .compareSchemes(let comparison):
                return try comparison.perform(on: communicator, reporter: comparisonReporter)
            case .sweep: return try Sweep.perform(sweep, on: communicator)
            }
        }
        exit(code)
    }
}

/// What the coordinator tells all ranks to do.
enum Task: Codable {
    /// Nothing more: the coordinator has done it alone.
    case end(Int32)
    /// A simulation, spread over the ranks.
    case simulate(DistributedRun)
    /// The quantisation of a checkpoint, spread over the ranks.
    case convert(ConversionPlan)
    /// A real model, spread over the ranks.
    case infer(DistributedInference)
    /// Schemes side by side, each spread over the ranks.
    case compareSchemes(DistributedComparison)
    /// The points of a study, which the coordinator hands out.
    case sweep
}

extension InputError: ExitCodeProviding {}

extension ProcessorError: ExitCodeProviding {
    /// EX_UNAVAILABLE.
    public var exitCode: Int32 { 69 }
}
