import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Packed storage")
struct PackingTests {
    /// Every scheme with every scale encoding it can have.
    private static let variants = Scheme.coded.flatMap { scheme in
        scheme.supportedScaleEncodings.compactMap { try? scheme.with(scaleEncoding: $0) }
    }

    @Test(arguments: variants) func `packing and unpacking is the identity and takes the counted bytes`(
        scheme: Scheme
    ) throws {
        for seed in UInt64(1)...4 {
            var generator = SeededGenerator(seed: seed)
            let rows = 1 + Int(generator.next() % 4)
            let columns = 1 + Int(generator.next() % 70)
            let scheme = try scheme.with(groupSize: 1 + Int(generator.next() % 40))
            let context = "\(scheme.name), \(scheme.scaleEncoding), seed \(seed), \(rows) x \(columns)"
            let tensor = try Quantizer(scheme).quantize(
                generator.weights(rows * columns), rows: rows, columns: columns)
            let packed = PackedTensor(tensor)
            #expect(packed.bytes.count == scheme.storage.bytes(rows: rows, columns: columns), "\(context)")
            #expect(packed.unpacked() == tensor, "\(context)")
            let copy = try PackedTensor(scheme: scheme, rows: rows, columns: columns, bytes: packed.bytes)
            #expect(copy == packed, "\(context)")
        }
    }

    @Test func `a known group has the documented bytes`() throws {
        let scheme = try Scheme.named("bitmod-3b").with(scaleEncoding: .float16).with(groupSize: 4)
        // Largest value 4 and the special value 3: the first candidate has no error.
        let tensor = try Quantizer(scheme).quantize([4, 3, -1, 0, 2, -4, 1], rows: 1, columns: 7)
        #expect(tensor.selectors == [0, 0])
        #expect(tensor.codes == [0b011, 0b100, 0b101, 0b000, 0b010, 0b111, 0b001])
        // 21 bits of codes from the lowest bit up, two scales of 1.0, two 2-bit selectors.
        #expect(PackedTensor(tensor).bytes == [0x63, 0xa1, 0x07, 0x00, 0x3c, 0x00, 0x3c, 0x00])
    }

    @Test func `bytes of a wrong size or with an unknown data type are refused`() throws {
        let scheme = try Scheme.named("olive-4b")
        let tensor = try Quantizer(scheme).quantize([1, 2, 3, 4], rows: 1, columns: 4)
        var bytes = PackedTensor(tensor).bytes
        #expect(throws: PackingError.wrongSize(found: bytes.count - 1, expected: bytes.count)) {
            try PackedTensor(scheme: scheme, rows: 1, columns: 4, bytes: Array(bytes.dropLast()))
        }
        bytes[bytes.count - 1] = 3
        #expect(throws: PackingError.unknownFormat(3, group: nil)) {
            try PackedTensor(scheme: scheme, rows: 1, columns: 4, bytes: bytes)
        }
        #expect(throws: PackingError.emptyMatrix(rows: 0, columns: 4)) {
            try PackedTensor(scheme: scheme, rows: 0, columns: 4, bytes: [])
        }
    }
}
