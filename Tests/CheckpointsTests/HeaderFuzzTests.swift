import Checkpoints
import Documents
import Testing
import _CheckpointTestSupport

@Suite("Safetensors headers that a generator has damaged")
struct HeaderFuzzTests {
    /// A right file with texts, escapes, zero-size and single-number tensors.
    private static let sample: [UInt8] = {
        let header = """
            {"__metadata__":{"format":"pt","caf\\u00e9":"\\ud83d\\ude00"},"a.weight":{"dtype":"F16","shape":[2,3],\
            "data_offsets":[0,12]},"b":{"dtype":"I64","shape":[],"data_offsets":[12,20]},"c":{"dtype":"F32",\
            "shape":[0,7],"data_offsets":[20,20]}}
            """
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        return length + Array(header.utf8) + [UInt8](repeating: 7, count: 20)
    }()

    private static func read(_ bytes: [UInt8]) throws -> SafetensorsHeader {
        try bytes.withUnsafeBytes { try SafetensorsHeader($0, fileSize: bytes.count, file: "fuzz") }
    }

    /// What must hold for whatever is accepted.
    private static func isSound(_ header: SafetensorsHeader, fileSize: Int) -> Bool {
        var end: Int?
        for tensor in header.tensors {
            guard tensor.type.byteCount(shape: tensor.shape) == tensor.bytes.count,
                end == nil || end == tensor.bytes.lowerBound
            else { return false }
            end = tensor.bytes.upperBound
        }
        return end == nil || end == fileSize
    }

    @Test func `the sample is accepted as it is`() throws {
        let header = try Self.read(Self.sample)
        #expect(header.tensors.map(\.name) == ["a.weight", "b", "c"])
        #expect(header.metadata == ["format": "pt", "café": "😀"])
    }

    @Test func `20,000 damaged headers give a sound header or one error, never a crash`() {
        let seed: UInt64 = 2025
        var numbers = SampleNumbers(seed: seed)
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = Self.sample
            for _ in 0...Int.random(in: 0..<3, using: &numbers) { Self.damage(&bytes, &numbers) }
            do {
                let header = try Self.read(bytes)
                accepted += 1
                if !Self.isSound(header, fileSize: bytes.count) { Issue.record("seed \(seed), round \(round)") }
            } catch let error as InputError {
                if error.category != .data { Issue.record("seed \(seed), round \(round): \(error)") }
            } catch {
                Issue.record("seed \(seed), round \(round): \(error)")
            }
        }
        // Damage inside names or data is none.
        #expect(accepted > 100 && accepted < 20_000)
    }

    private static func damage(_ bytes: inout [UInt8], _ numbers: inout SampleNumbers) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<7, using: &numbers) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        case 2: bytes.remove(at: place)
        case 3: bytes.removeLast(bytes.count - place)
        case 4:
            let characters = Array("{}[],:\"0123456789-.eu\\".utf8).shuffled(using: &numbers)
            bytes.insert(contentsOf: characters.prefix(2), at: place)
        case 5:
            let end = Int.random(in: place..<bytes.count, using: &numbers)
            bytes.insert(contentsOf: bytes[place...end], at: place)
        default:
            // The length changes with the header, so that more than its own check is tested.
            bytes.insert(contentsOf: Array("9".utf8), at: max(place, min(8, bytes.count)))
            if bytes.count > 8 { bytes[0] &+= 1 }
        }
    }
}
