import Documents
import Testing
import _CheckpointTestSupport

@testable import Inference

@Suite("GGUF models that a generator has damaged") struct DamagedModelTests {
    @Test func `200 damaged models run or give one error, never a crash`() throws {
        let folder = try CheckpointFolder()
        let path = try TinyModel(isSmall: true).gguf(in: folder)
        let original = try folder.bytes("model.gguf")
        #expect(try LanguageModel(path: path).description.shape.hiddenSize == 32)
        let seed: UInt64 = 77
        var numbers = SampleNumbers(seed: seed)
        var accepted = 0
        for round in 0..<200 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<3, using: &numbers) {
                let place = Int.random(in: 0..<2400, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
                default: bytes.removeLast(Int.random(in: 0..<64, using: &numbers))
                }
            }
            let damaged = try folder.write(bytes, to: "damaged.gguf")
            do {
                let model = try LanguageModel(path: damaged)
                let request = Generation.Request(prompts: [[1, 2]], tokens: 1)
                try request.check(model)
                let hardware = try hardware(model, options(), wantsLogits: false)
                _ = try Generation(
                    Transformer(model, options(), hardware, on: SingleProcess.communicator), request
                ).run()
                accepted += 1
            } catch let error as InputError {
                if error.category == .output { Issue.record("seed \(seed), round \(round): \(error)") }
            } catch {
                Issue.record("seed \(seed), round \(round): \(error)")
            }
        }
        // Damage to numbers that any value suits, or to a weight, is none.
        #expect(accepted > 5 && accepted < 200)
    }
}
