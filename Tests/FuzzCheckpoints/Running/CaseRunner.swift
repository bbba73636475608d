import Accelerator
import Checkpoints
import Conversion
import Documents
import Fabric
import Foundation
import Inference
import MessagePassing
import Quantization
import Simulation

/// Opens inputs as the program does, and runs what can be run.
struct CaseRunner {
    /// The folder that the files are written to.
    let folder: URL

    /// Runs a right input in all ways: what is loaded and kept once, such as OpenBLAS and its 128 MiB, is no case's memory.
    func warmUp() throws {
        for choice in 0..<Self.ways { _ = try run(FuzzCase(whole: 0, choice: UInt64(choice))) }
        // OpenBLAS takes its memory for wide matrices only.
        let inputs = InputLibrary.all
        let widest = inputs.indices.max { inputs[$0].byteCount < inputs[$1].byteCount } ?? 0
        _ = try run(FuzzCase(whole: widest, choice: UInt64(Self.firstFloatWay)))
    }

    /// - Throws: ``FuzzViolation``, or an error of the file system.
    func run(_ fuzz: FuzzCase) throws -> (outcome: FuzzOutcome, message: String) {
        try write(fuzz)
        let path = fuzz.opened.isEmpty ? folder.path : folder.appending(path: fuzz.opened).path
        var stage = FuzzOutcome.refusedModel
        do {
            if fuzz.opened == PackedInput.file {
                try unpack(path)
                return (.ran, "")
            }
            let model = try LanguageModel(path: path)
            stage = .refusedVocabulary
            let tokenizer = try model.tokenizer()
            stage = .refusedText
            for text in Self.texts { _ = tokenizer.decode(try tokenizer.encode(text)) }
            stage = .refusedWeights
            let shape = model.description.shape
            let prompt = Array([1, 0].prefix(min(shape.vocabularySize, shape.maximumPositions)).reversed())
            let tokens = prompt.count < shape.maximumPositions ? 1 : 0
            let options = try options(fuzz.choice)
            let hardware = try hardware(model, options, fuzz.choice, promptTokens: prompt.count)
            let transformer = try Transformer(model, options, hardware, on: SingleProcessCommunicator())
            stage = .refusedRun
            let request = Generation.Request(prompts: [prompt], tokens: tokens)
            try request.check(model)
            _ = try Generation(transformer, request).run()
            return (.ran, "")
        } catch {
            try FuzzViolation.check(error, folder: folder.path)
            if fuzz.isWhole { throw FuzzViolation(description: "a right input is refused: \(error)") }
            return (stage, "\(error)")
        }
    }

    /// Reads a file of packed matrices, and all weights that their codes stand for.
    private func unpack(_ path: String) throws {
        guard let packed = try PackedCheckpoint(Checkpoint(path: path)) else { return }
        for name in packed.record.matrices.keys.sorted() {
            _ = try packed.matrix(name)?.unpacked().dequantized()
            _ = try packed.wholeMatrix(name)?.dequantized()
        }
    }

    /// Writes the files in place of those of the case before.
    func write(_ fuzz: FuzzCase) throws {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for file in fuzz.files { try Data(file.bytes).write(to: folder.appending(path: file.name)) }
    }

    private static let texts = [
        "The hello 12345 <|start|>in the\u{301} \n\n end", "", "  e\u{0}\u{10FFFF} \t\r\n",
        String(repeating: "the ", count: 50),
    ]

    /// The ways of ``options(_:)``; those from the fourth on compute with OpenBLAS.
    private static let (ways, firstFloatWay) = (6, 3)

    /// One to three chips, or one where the model cannot be shared.
    private func hardware(
        _ model: LanguageModel, _ options: InferenceOptions, _ choice: UInt64, promptTokens: Int
    ) throws -> SimulatedHardware {
        guard let fabric = Fabric.preset("ring") else { preconditionFailure("the ring is a preset") }
        let wanted = Int(choice / 6 % 3) + 1
        let degrees = ParallelDegrees(tensorFirst: wanted, of: model.description.shape) ?? ParallelDegrees()
        return try SimulatedHardware(
            SimulatedHardware.request(
                model.description, options,
                accelerator: options.scheme == nil ? AcceleratorPresets.fp16 : AcceleratorPresets.bitmod,
                fabric: fabric, chips: degrees.chips, degrees: degrees, promptTokens: promptTokens,
                generatedTokens: 0))
    }

    /// One of the ways to run a model; OpenBLAS may be missing.
    private func options(_ choice: UInt64) throws -> InferenceOptions {
        func scheme(_ name: String) throws -> Scheme { try Scheme.named(name).with(groupSize: 32) }
        let hasFloat = InferenceArithmetic.float.isAvailable
        switch choice % UInt64(hasFloat ? Self.ways : Self.firstFloatWay) {
        case 0:
            return try InferenceOptions(
                scheme: scheme("bitmod-4b"), arithmetic: .exact, keyValueScheme: Scheme.named("int8"))
        case 1:
            return try InferenceOptions(
                scheme: scheme("int4-asym"), arithmetic: .exact, keyValueScheme: Scheme.named("bitmod-4b"))
        case 2:
            return try InferenceOptions(
                scheme: scheme("bitmod-3b"), arithmetic: .rtl2024, keyValueScheme: Scheme.named("fp16"))
        case 3: return try InferenceOptions(scheme: nil, arithmetic: .float, keyValueScheme: nil)
        case 4:
            return try InferenceOptions(
                scheme: scheme("ant-4b"), arithmetic: .float, keyValueScheme: Scheme.named("int4"))
        default:
            return try InferenceOptions(
                scheme: scheme("olive-4b"), arithmetic: .float, keyValueScheme: nil)
        }
    }
}
