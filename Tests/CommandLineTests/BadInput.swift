import Testing

/// A command line that must be refused.
struct BadInput: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let exitCode: Int32
    /// How the one line begins, after the program's name; `FOLDER` stands for the folder of ``files``.
    let message: String

    init(_ arguments: [String], _ exitCode: Int32, _ message: String) {
        self.arguments = arguments
        self.exitCode = exitCode
        self.message = message
    }

    var testDescription: String { arguments.joined(separator: " ") }

    /// Files that the cases use, by name.
    static let files = [
        "broken.json": "{\n  \"model_type\": \"llama\",\n  \"hidden_size\": 4096,,\n}\n",
        "partial.json": "{\n  \"model_type\": \"llama\",\n  \"architectures\": [\"LlamaForCausalLM\"]\n}\n",
        "unknown.json": "{\n  \"model_type\": \"mamba\",\n  \"hidden_size\": 64\n}\n",
        "list.json": "[1, 2]\n", "empty.json": "",
        "topology.yaml": "name: t\nkind: ring\nlink:\n  bandwidth: 64\n  latency: 1 ns\n  energy: 1 pJ/bit\n",
        "torn.yaml": "kind: ring\nlink: {bandwidth: 1 GB/s\n",
        "eight.yaml": "kind: ring\nchips: 8\nlink: nvlink4\n",
        "chip.yaml": "base: bitmod\ndram:\n  bandwidth: fast\n", "key.yaml": "base: bitmod\n\nvector:\n  lane: 4\n",
        "load.yaml": "- 1\n- 2\n- a lot\n", "short.json": "[1, 2]\n", "pairs.yaml": "expert: 1\n",
        "zero.yaml": "base: bitmod\ndram:\n  capacity: 0 GiB\n",
    ]

    static let cases: [BadInput] = models + inputFiles + divisions + plans + quantities + options + outputs + prunings

    private static let prunings = [
        BadInput(quick + ["--prune", "0"], 64, "--prune: found 0.0; expected a number between 0 and 1"),
        BadInput(quick + ["--prune", "1"], 64, "--prune: found 1.0; expected a number between 0 and 1"),
        BadInput(quick + ["--prune", "nan"], 64, "--prune: found nan; expected a number between 0 and 1"),
        BadInput(quick + ["--prune", "a lot"], 64, "The value 'a lot' is invalid for '--prune"),
        BadInput(["gpt2", "--chips", "1", "--prune", "0.9999"], 64, "--prune: found 0.9999, which leaves 0 of 12 key"),
        BadInput(
            ["mixtral-8x7b", "--chips", "8", "--prune", "0.2"], 64,
            "--prune: mixtral-8x7b has experts, for whose channels LLM-Pruner has no rule; expected a dense model"),
        BadInput(
            quick + ["--prune-layers", "1..2"], 64,
            "--prune-layers: there is no --prune that it could change"),
        BadInput(
            quick + ["--prune-multiple", "64"], 64,
            "--prune-multiple: there is no --prune that it could change"),
        BadInput(
            ["gpt2", "--chips", "1", "--prune", "0.2", "--prune-layers", "4-9"], 64,
            "--prune-layers: found \"4-9\"; expected FIRST..LAST such as 4..29, of the layers 0 to 11 of gpt2"),
        BadInput(
            ["gpt2", "--chips", "1", "--prune", "0.2", "--prune-layers", "4..12"], 64,
            "--prune-layers: found \"4..12\""),
        BadInput(
            ["gpt2", "--chips", "1", "--prune", "0.2", "--prune-layers", "9..4"], 64,
            "--prune-layers: found \"9..4\""),
        BadInput(
            ["gpt2", "--chips", "1", "--prune", "0.2", "--prune-multiple", "0"], 64,
            "--prune-multiple: found 0; expected a whole number from 1 to 3072"),
        BadInput(
            ["gpt2", "--chips", "7", "--parallel", "tp7", "--prune", "0.5"], 64,
            "--parallel: found tp7; expected tp up to 6"),
        BadInput(
            ["llama-2-7b", "--model-fidelity", "published", "--prune", "0.2"], 64,
            "--prune: is not part of the paper's model"),
        BadInput(["show", "models", "--prune", "0.2"], 64, "show models: --prune belongs to a model or to show plan"),
        BadInput(["show", "bitmod-4b", "--prune", "0.2"], 64, "show bitmod-4b: --prune belongs to a model"),
    ]

    private static let models = [
        BadInput(["llama-13c"], 64, "there is no model \"llama-13c\"; expected a name such as llama-13b"),
        BadInput([""], 64, ""),
        BadInput(["/no/such/config.json"], 66, "/no/such/config.json: no such file; expected a readable file"),
        BadInput(["FOLDER/broken.json"], 65, "FOLDER/broken.json:3: not valid JSON"),
        BadInput(["FOLDER/partial.json"], 65, "FOLDER/partial.json:"),
        BadInput(["FOLDER/unknown.json"], 65, "FOLDER/unknown.json:2: model_type: "),
        BadInput(["FOLDER/list.json"], 65, "FOLDER/list.json:1: found a list"),
        BadInput(["FOLDER/empty.json"], 65, "FOLDER/empty.json: the file is empty"),
        BadInput(["FOLDER"], 66, "FOLDER/config.json: no such file"),
    ]

    private static let inputFiles = [
        BadInput(
            quick + ["--topology", "FOLDER/topology.yaml"], 65, "FOLDER/topology.yaml:4: link.bandwidth: found \"64\""),
        BadInput(quick + ["--topology", "FOLDER/torn.yaml"], 65, "FOLDER/torn.yaml:3: not valid YAML"),
        BadInput(
            quick + ["--topology", "FOLDER/eight.yaml", "--chips", "4"], 64,
            "--topology: FOLDER/eight.yaml joins 8 chips, --chips asks for 4; expected the same number"),
        BadInput(quick + ["--topology", "moebius"], 64, "--topology: no topology \"moebius\""),
        BadInput(quick + ["--topology", "none.yaml"], 66, "none.yaml: no such file"),
        BadInput(
            quick + ["--accelerator", "FOLDER/chip.yaml"], 65, "FOLDER/chip.yaml:3: dram.bandwidth: found \"fast\""),
        BadInput(quick + ["--accelerator", "FOLDER/key.yaml"], 65, "FOLDER/key.yaml:4: vector.lane: unknown key"),
        BadInput(
            quick + ["--accelerator", "FOLDER/zero.yaml"], 65, "FOLDER/zero.yaml:3: dram.capacity: found \"0 GiB\""),
        BadInput(
            quick + ["--accelerator", "tpu"], 64, "--accelerator: no accelerator \"tpu\"; expected one of bitmod"),
    ]

    private static let divisions = [
        BadInput(
            ["gpt2", "--chips", "13"], 64, "--chips: gpt2 has 12 heads and 12 layers, which 13 chips cannot share"),
        BadInput(
            ["gpt2", "--chips", "8", "--parallel", "tp4"], 64, "--parallel: tp4 takes 4 chips, --chips asks for 8"),
        BadInput(["gpt2", "--chips", "13", "--parallel", "tp13"], 64, "--parallel: found tp13; expected tp up to 12"),
        BadInput(
            ["gpt2", "--chips", "2", "--parallel", "2"], 64, "--parallel: found \"2\"; expected auto, or tpN and ppN"),
        BadInput(
            ["llama-3.1-405b", "--chips", "1"], 64,
            "--chips: llama-3.1-405b does not fit: a chip needs 195.81 GiB (weights 195.68 GiB, KV cache 0.13 GiB) and has "
                + "32.00 GiB of DRAM; expected at least 7 chips"),
        BadInput(
            ["gpt2", "--chips", "1", "--set", "weight-buffer.capacity=1 KiB"], 64,
            "--accelerator: the buffers of bitmod"),
    ]

    private static let plans = [
        BadInput(
            ["gpt2", "--chips", "4", "--parallel", "dp4", "--batch", "2"], 64,
            "--parallel: dp4 divides 2 sequences (--batch); expected at most one replica for each sequence"),
        BadInput(
            ["gpt2", "--chips", "4", "--parallel", "tp2,pp2,dp2"], 64,
            "--parallel: tp2,pp2,dp2 takes 8 chips, --chips asks for 4; expected the same number"),
        BadInput(
            ["gpt2", "--chips", "2", "--parallel", "tp2,ep2"], 64,
            "--parallel: ep2 places experts, and gpt2 has none"),
        BadInput(
            ["mixtral-8x7b", "--chips", "8", "--parallel", "tp8,ep3"], 64,
            "--parallel: ep3 fits neither into tp8 nor over tp8 and dp1; expected a divisor of tp, or tp times"),
        BadInput(
            ["mixtral-8x7b", "--chips", "16", "--parallel", "dp16,ep16", "--batch", "16"], 64,
            "--parallel: ep16 places 8 experts; expected ep up to 8"),
        BadInput(["gpt2", "--chips", "1", "--parallel", "sp"], 64, "--parallel: sp divides tokens over the chips"),
        BadInput(["gpt2", "--chips", "1", "--parallel", "sp2"], 64, "--parallel: found \"sp2\"; expected auto"),
        BadInput(
            ["gpt2", "--chips", "2", "--parallel", "pp2", "--batch", "3", "--micro-batches", "4"], 64,
            "--micro-batches: found 4, and a replica has 3 sequences; expected at most one micro-batch for each"),
        BadInput(
            ["gpt2", "--chips", "2", "--batch", "3", "--micro-batches", "4"], 64,
            "--micro-batches: found 4, and a replica has 3 sequences"),
        BadInput(["gpt2", "--chips", "1", "--micro-batches", "0"], 64, "--micro-batches: found 0; expected a whole"),
        BadInput(["gpt2", "--chips", "1", "--overlap-chunks", "0"], 64, "--overlap-chunks: found 0; expected a whole"),
        BadInput(
            ["gpt2", "--chips", "6", "--parallel", "tp6", "--gemm-partition", "2d:2x2"], 64,
            "--gemm-partition: 2d:2x2 takes 4 chips, tp6 has 6; expected the same number"),
        BadInput(
            ["gpt2", "--chips", "4", "--parallel", "tp4,sp", "--gemm-partition", "2d"], 64,
            "--gemm-partition: 2d divides activations along the hidden vector already"),
        BadInput(
            ["mixtral-8x7b", "--chips", "4", "--parallel", "tp4", "--gemm-partition", "2d"], 64,
            "--gemm-partition: 2d divides dense layers, and mixtral-8x7b has experts; expected 1d"),
        BadInput(
            ["gpt2", "--chips", "4", "--gemm-partition", "4d"], 64, "--gemm-partition: found \"4d\"; expected 1d"),
        BadInput(
            ["gpt2", "--chips", "1", "--parallel", "tp1", "--optimize", "energy"], 64,
            "--optimize: --parallel tp1 leaves nothing to choose"),
        BadInput(
            ["gpt2", "--chips", "1", "--optimize", "beauty"], 64, "The value 'beauty' is invalid for '--optimize"),
        BadInput(["gpt2", "--chips", "1", "--expert-skew", "1"], 64, "--expert-load and --expert-skew: gpt2 has no"),
        BadInput(
            ["mixtral-8x7b", "--chips", "1", "--expert-skew=-1"], 64,
            "--expert-skew: found -1.0; expected an exponent from 0 to 10"),
        BadInput(
            ["mixtral-8x7b", "--chips", "1", "--expert-seed", "1"], 64, "--expert-seed: belongs to --expert-skew"),
        BadInput(
            ["mixtral-8x7b", "--chips", "1", "--expert-skew", "1", "--expert-load", "FOLDER/load.yaml"], 64,
            "--expert-skew: --expert-load says already how popular experts are"),
        BadInput(
            ["mixtral-8x7b", "--chips", "1", "--expert-load", "FOLDER/load.yaml"], 65,
            "FOLDER/load.yaml:3: "),
        BadInput(
            ["mixtral-8x7b", "--chips", "1", "--expert-load", "FOLDER/short.json"], 65,
            "FOLDER/short.json: found 2 weights; expected 8, one for each expert"),
        BadInput(
            ["mixtral-8x7b", "--chips", "1", "--expert-load", "FOLDER/pairs.yaml"], 65,
            "FOLDER/pairs.yaml:1: found a mapping; expected a list"),
        BadInput(["mixtral-8x7b", "--chips", "1", "--expert-load", "none.yaml"], 66, "none.yaml: no such file"),
        BadInput(
            ["opt-1.3b", "--model-fidelity", "published", "--micro-batches", "2"], 64,
            "--micro-batches: is not part of the paper's model"),
    ]

    private static let quantities = [
        BadInput(["gpt2", "--chips", "0"], 64, "--chips: found 0; expected a whole number from 1 to 65536"),
        BadInput(["gpt2", "--chips=-4"], 64, "--chips: found -4"),
        BadInput(
            ["gpt2", "--chips", "99999999999999999999"], 64, "The value '99999999999999999999' is invalid for '--chips"),
        BadInput(
            ["gpt2", "--chips", "1", "--prompt", "0"], 64, "--prompt: found 0; expected a whole number from 1 to"),
        BadInput(["gpt2", "--chips", "1", "--generate=-1"], 64, "--generate: found -1"),
        BadInput(
            ["gpt2", "--chips", "1", "--generate", "9223372036854775807"], 64, "--generate: found 9223372036854775807"),
        BadInput(["gpt2", "--chips", "1", "--batch", "0"], 64, "--batch: found 0"),
        BadInput(
            ["gpt2", "--chips", "1", "--prompt", "1025"], 64, "--prompt and --generate: 1281 tokens, but gpt2 has"),
        BadInput(
            ["llama-3.1-405b", "--chips", "128", "--prompt", "4194304", "--set", "dram.capacity=1000 TB"], 64,
            "--prompt, --generate and --batch: the run has more multiply-adds than can be counted"),
        BadInput(
            ["llama-13b", "--chips", "1", "--set", "dram.bandwidth=1 MB/s", "--set", "dram.refresh-time=7.722 us"], 64,
            "--generate: the run takes more simulated time than can be counted"),
        BadInput(["gpt2", "--chips", "1", "--group-size", "0"], 64, "--group-size: "),
        BadInput(
            ["gpt2", "--chips", "1", "--weight-bits", "nan"], 64, "--weight-bits: found nan; expected a number from 1"),
        BadInput(["gpt2", "--chips", "1", "--weight-bits", "0.5"], 64, "--weight-bits: found 0.5"),
        BadInput(
            ["gpt2", "--chips", "1", "--partial-sum-bits", "8"], 64, "--partial-sum-bits: found 8; expected 32 or 16"),
        BadInput(
            ["gpt2", "--chips", "1", "--set", "dram.bandwidth"], 64,
            "--set: found \"dram.bandwidth\"; expected KEY=VALUE"),
        BadInput(
            ["gpt2", "--chips", "1", "--set", "dram.bandwidth=0 GB/s"], 64, "--set: found \"0 GB/s\" for dram.bandwidth"
        ),
    ]

    private static let options = [
        BadInput(["gpt2", "--chips", "1", "--scheme", "int9"], 64, "--scheme: "),
        BadInput(["gpt2", "--chips", "1", "--scheme", "fp16"], 64, "--scheme: fp16 cannot run on bitmod"),
        BadInput(["gpt2", "--chips", "1", "--kv-scheme", "no"], 64, "--kv-scheme: "),
        BadInput(
            ["gpt2", "--chips", "1", "--task", "generative"], 64, "--task: belongs to --model-fidelity published"),
        BadInput(["gpt2", "--chips", "1", "--context", "3"], 64, "--context: belongs to --model-fidelity published"),
        BadInput(
            ["gpt2", "--chips", "1", "--pe-array", "8x8"], 64, "--pe-array: belongs to --model-fidelity published"),
        BadInput(["gpt2", "--frobnicate"], 64, "Unknown option '--frobnicate'"),
        BadInput([], 64, "Missing expected argument '<model>'"),
        BadInput(["gpt2", "opt-1.3b"], 64, "Unexpected argument 'opt-1.3b'"),
        BadInput(["gpt2", "--detail", "all"], 64, "The value 'all' is invalid for '--detail"),
        BadInput(["show", "nothing-like-it"], 64, "show: nothing is called \"nothing-like-it\""),
        BadInput(["show", "plan"], 64, "show plan: no model given"),
        BadInput(["show", "models", "gpt2"], 64, "show models: takes no second argument"),
    ]

    private static let outputs = [
        BadInput(quick + ["--json", "-", "--csv", "-"], 64, "--csv: both --json and --csv ask for stdout"),
        BadInput(
            quick + ["--json", "FOLDER/same", "--csv", "FOLDER/same"], 64, "--csv: both --json and --csv ask for"),
        BadInput(
            quick + ["--json", "/no/such/folder/x.json"], 73, "/no/such/folder/x.json: the folder does not exist"),
        BadInput(quick + ["--csv", "FOLDER"], 73, "FOLDER: is a folder; expected a file name, or - for stdout"),
        BadInput(["reproduce", "--json", "/no/such/folder/x.json"], 73, "/no/such/folder/x.json: the folder does not"),
        BadInput(
            ["show", "models", "--json", "/no/such/folder/x.json"], 73, "/no/such/folder/x.json: the folder does not"),
    ]
}
