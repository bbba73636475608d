import ArgumentParser
import Conversion
import Documents
import Foundation

/// What a command line asks for.
enum Invocation {
    /// Help, a version or a mistake: it has been printed.
    case ended(Int32)
    /// A command that the coordinator carries out alone.
    case command(any CoordinatorCommand)
    /// A simulation for all ranks, and where its reports go.
    case run(DistributedRun, RunReporter)
    /// The quantisation of a checkpoint by all ranks, and where its statistics go.
    case convert(ConversionPlan, ConversionReporter)
    /// A real model run by all ranks, and where what it says goes.
    case infer(DistributedInference, InferenceReporter)
    /// Schemes side by side, simulated by all ranks, and where the comparison goes.
    case compareSchemes(DistributedComparison, ComparisonReporter)
    /// The points of a study, handed out to all ranks.
    case sweep(Sweep)

    /// Reads the command line.
    ///
    /// - Throws: nothing of its own: mistakes in arguments are printed, one line and a hint, and end the program with
    ///   EX_USAGE.
    static func parse(ranks: Int, arguments: [String] = Array(CommandLine.arguments.dropFirst())) -> Invocation {
        do {
            let command = try BitmodDist.parseAsRoot(arguments)
            switch command {
            case let run as RunCommand:
                let (job, reporter) = try run.resolve(ranks: ranks)
                switch job {
                case .distributed(let distributed): return .run(distributed, reporter)
                case .published(let published): return .command(PublishedRunCommand(run: published, reporter: reporter))
                }
            case let quantize as QuantizeCommand:
                let (plan, reporter) = try quantize.resolve()
                return .convert(plan, reporter)
            case let infer as InferCommand:
                let (inference, reporter) = try infer.resolve(ranks: ranks)
                return .infer(inference, reporter)
            case let perplexity as PerplexityCommand:
                let (inference, reporter) = try perplexity.resolve(ranks: ranks)
                return .infer(inference, reporter)
            case let command as CompareSchemesCommand:
                let (comparison, reporter) = try command.resolve()
                return .compareSchemes(comparison, reporter)
            case let command as SweepCommand where !command.dryRun: return .sweep(try command.resolve())
            case let command as any CoordinatorCommand: return .command(command)
            default:
                // The help command: what it has to say it throws.
                var help = command
                try help.run()
                return .ended(0)
            }
        } catch {
            return .ended(report(error))
        }
    }

    private static func report(_ error: any Error) -> Int32 {
        if let error = error as? InputError {
            FileHandle.standardError.write(Data("bitmod-dist: \(error)\n".utf8))
            return error.exitCode
        }
        let code = BitmodDist.exitCode(for: error).rawValue
        if code == 0 {
            let message = BitmodDist.fullMessage(for: error)
            // The whole text of the version costs more than a start, which must not pay for it.
            let text = message == Version.line ? Version.text : message
            FileHandle.standardOutput.write(Data((text + "\n").utf8))
        } else {
            let message = BitmodDist.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
            FileHandle.standardError.write(Data("bitmod-dist: \(message) (see bitmod-dist --help)\n".utf8))
        }
        return code
    }
}

/// A command that needs no other rank.
protocol CoordinatorCommand {
    /// Carries it out and prints its result.
    ///
    /// - Returns: the exit code.
    func perform() throws -> Int32
}
