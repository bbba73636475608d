import ArgumentParser

/// The root command.
struct BitmodDist: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bitmod-dist",
        abstract: "Simulates systems of BitMoD accelerators (HPCA 2025) running whole language models.",
        discussion: """
            EXAMPLES
              bitmod-dist llama-13b                                  one chip, prompt 256, generate 256
              mpirun -n 8 bitmod-dist llama-13b                      eight chips, one per rank
              bitmod-dist llama-3.1-405b --chips 64 --accelerator bitmod-hbm3 --topology ring-nvlink4
              bitmod-dist path/to/config.json --scheme int6 --json - a Hugging Face model, JSON to stdout
              bitmod-dist sweep studies/strong-scaling.yaml --store results.sqlite
              bitmod-dist report results.sqlite -o report.html       a page with plots and tables
              bitmod-dist compare-schemes llama-2-7b                 all schemes side by side
              bitmod-dist reproduce                                  Figures 7 and 8 of the paper
              bitmod-dist collective --topology torus-8x8 --op all-reduce --bytes 1MiB
              bitmod-dist show bitmod > mine.yaml                    an accelerator file to start from

            Exit codes: 0 success, 1 failed points (sweep), 85 stopped by a signal (sweep), 64 wrong option, 65 wrong file
            content, 66 missing file, 69 a processor that lacks what the program was built for, 73 unwritable output.
            """,
        version: Version.line,
        subcommands: [
            RunCommand.self, SweepCommand.self, MergeCommand.self, ReportCommand.self, ExportCommand.self,
            CompareCommand.self, CompareSchemesCommand.self, ReproduceCommand.self, CollectiveCommand.self,
            InferCommand.self,
            PerplexityCommand.self, QuantizeCommand.self, PECommand.self, ShowCommand.self,
        ],
        defaultSubcommand: RunCommand.self)
}
