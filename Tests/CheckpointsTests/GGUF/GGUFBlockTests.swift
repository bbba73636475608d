import Testing
import _CheckpointTestSupport

@testable import Checkpoints

/// Two blocks of each type, the second with a subnormal scale, and the FNV-1a digest of the binary32 bytes that the
/// Python package `gguf` 0.19 makes of them.
@Suite("Blocks of GGUF tensors")
struct GGUFBlockTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var type: GGUFTensorType
        var bytes: String
        var digest: UInt64
        var testDescription: String { type.name }
    }

    private static let samples: [Sample] = [
        Sample(
            type: .q4x0,
            bytes: """
                14a1e5f1a94106a0956a26afbccdafe562f932005f5693c642276ad5ab2da7394551370e
                """,
            digest: 0x8fade88c4a747e3d),
        Sample(
            type: .q4x1,
            bytes: """
                5114c4a0dd06f27f8f063cd25e19a621f9bd0ccc32001f1fc795ca7748dc03d17a88934d85527357
                """,
            digest: 0xfb978bd9d734bcfc),
        Sample(
            type: .q5x0,
            bytes: """
                d19846476b236b82481bd9fe630dc3ce3be4ebcab72f32005223479f6e794d57037e2cfde9e15a7789781e37
                """,
            digest: 0x3cb79ad09ddbe2fc),
        Sample(
            type: .q5x1,
            bytes: """
                a414d6a38fc83f0b0bb4db71be572209851d3d24f4c0cf83320003a12f4759778955f6ced681cbea7179ced2c8f814a1
                """,
            digest: 0x16c590256c2af63f),
        Sample(
            type: .q8x0,
            bytes: """
                46a211f85e0429b19f7ec0e156f65a3322e791b880ee995e3f0d307d2fbaf400693a32000d027ed4e58be7a9ebc28a27\
                1d43a78855638144eb6603f7b2725de11fe6ac2f
                """,
            digest: 0x17bb6c51a97a5490),
        Sample(
            type: .q4K,
            bytes: """
                629c389a74fec70a68b3e4bdc92b387987416c17ec90963ec766888ab4b80eba7c5cfd81121bea9cee1810dfd5169faf\
                26cd7b5c30c8aba44d972299e8c7b41b9a1d2b0f180600a974d63b6332202c998e82b2522c49c4394c7d73265b6aaf61\
                b288fbd0aecfa766616223611e764c93aa388ffabd0a6a6412b209971e2d827076f7e49ab8fa197271be53a3442b128c\
                3200f2940f8aeef42a0b9a26d74fc78f2562b8701097a55b5510543d27ed600de3200a6749307fd37899c118819af667\
                4394c3f7aa5f93f32c810a37ca7bf1013ccdf8ab8ab4a6039954e84cbe3b3f7f1183c3df8375c517b4e786a9aadf7488\
                f892b12191387ad86aca56d8531c927b931fe8f16e795b9b331767e712dbe8f5331dd9917f01e64710dd3c25f4d21690
                """,
            digest: 0x8a81601069f32e6c),
        Sample(
            type: .q5K,
            bytes: """
                78a4c01f79a131f8130b3ea4bd2f5d95e57bd791436d840f4e6654608135bbfb885d346959a49b36402a4f3dcc489fb6\
                511fbe09e5d72bf834e04fe028ca4991e02abd77279fedc206d2318ca8b8287a6f4b795209575d7277d456c0f6e81a0e\
                584d730660f56bb8b588475f7066c1cd7109c5079a933ee857db751ff223726ad90697f749f7c61bd80163a8c9a356ba\
                91d79f6d24ee3a14ebd41386d8faef6e9e6c70df41dba9aeb5301e5824b7db0e3200fa1f0686934768f005af0d5a23dd\
                b465fc5a489b43e76ea3e384969be487a440e7c3ea5204cabbf9bfe8e648caff7704ac26d227a069c392f4eeb361c24e\
                f366530178b479933822c3c0cf6b3cbeb4af7ecff21cd3a408f80223e393ddd808453d6bad90efd8aba2b4d096226df8\
                d446a703fcb2bdddd8e1e2a09a633f7c349903cb463dc4f3ea335483e56f64168344d1b96b410c3bade3f6390f4a6231\
                2e48d232ddc3f3e848e3f55cb7e22d1b
                """,
            digest: 0xab3fdff81419beee),
        Sample(
            type: .q6K,
            bytes: """
                ad8ded2d1a96372332a38245e6a7dc162ddcb8f3d54a0f38ee52c9719952c3338026fbfa0adf76282c4bf9838c2557f3\
                b7246b852bab20e604ae83e5385d98c4690126be98f09c9384aaa5945fc3d3d4e1e6386dbe5b1df267ebd0e0f0a3d85f\
                5fa461698f35e2b6b9f839ecdb83b5184e549711f50a853f3b46146e3201a92959ecfe84886a928a82af70f39304ebbe\
                937c4140821f57c9e09458ce1d9b09ae70372dad1acf5c4f1bf192b701b682225ceb2ea1b0b2cbebdc33b8f80cbf564c\
                b39c2a558b53769e1763f565d2e329bb741ef233bc2f422be3f0fa0cdd682f78c6268136c5d5ae4ceedf5bea752175d0\
                b84d15d704b6df97679fc61c2a4527bf1f43919a9622a5e8199fac7ab4b3532c86443d981aafc374303fc6a86bd92e60\
                843c814ee9b10320c6161bf6355049c1e34a41772dc9023cb637cba025aa8269e52e9ea289eb1d172060132f2a6828bc\
                7b69d60faba177ada22a5969596dd200d37997c3cacb25b30760b2d073813de54e93e0ba771450d7f0fffa1c917d1feb\
                cb9fd1e915b4afb1e84452cd854fc5bda361b0e0de99ade3ce42f785840dfed078153200
                """,
            digest: 0x5dd04d2bac941fda),
        Sample(
            type: .q2K,
            bytes: """
                a8e5b8abeeab14cef599cc052535d5cec0ad06783f60ec83760457a17c472a49ed10c2fa0a67ce0d8f02264785762462\
                c423399232b39168ce358d21b527970bb48a4200a5627b0c90b818268101caffea20d1267fa901a76df710c04edc083c\
                bdb5404808b9586fbf8a6343304464f943287f2d2133cee5d95535cc78861fd80e7fa01dd0a174645397c6a0adc1367e\
                7e3976aa6b833bad348bb5a93fc4900f8a8987f532003200
                """,
            digest: 0xf0f6dad74f1571f8),
        Sample(
            type: .q3K,
            bytes: """
                47d9d82f7c5b70102d58b85f48d7dead24924b1fbe1ebedebe4b4f57ff8b313a8509618b87183ce5346b49e2c23348df\
                4abd744e5c8bbd04b85d34c7f36d1eb5cdc25ec5599f4e006d2fb109fa75dc800fadcc557469c96f94eb69eebb600834\
                12b52987ef702f53e2eb824b922664cee95b3927060103514ace681e82642726b083f0478aaed1b2bc0e5d9443c9d372\
                a980672b694c87ccd6d3becc79ce4a3c08d2480f3868dd51f295602595e7c4cc0d400185b137cf812336624a8c72a281\
                d467abf7e837773cbee99fc450a6b8030b815550f3c2e7ee6c1a3200
                """,
            digest: 0x98a3bf79950adc1a),
        Sample(
            type: .iq4NL,
            bytes: """
                8024f8151c1e0a749e6e2d5ea649fafaf93d3200973b5eade3bb40669983d035beaabaef
                """,
            digest: 0xab98058448e4a292),
        Sample(
            type: .iq4XS,
            bytes: """
                3727b5ac4582793dec4eae5081cfcdbd8d848932eacda4aca344d0f1a21228af4cb86ca57931bd761cefc7f748b0cd38\
                0b91185b32a714a4869a9ea79b376a1b18d58a299f7a35b1d71638d795b5a8a29ff5f9eef71f636085ae6854a7066ccc\
                12d1840a52a7ab3153bd6131891df563103e2a28296545ccddb8b7d879d56661526f8207401198b63200951b81f7cd9c\
                e4f1cb2b9e70e5f05b5573ad7b86defd8dafef9dd6d842b9c30440604b6310cf8c29ea1c83292227694d3a5cebf97fb6\
                742f497c50e9fdd8be7c05f109bbb666e573886c6bcba18d7e7b3da594b5bf7a2a3c249a68c361f5d3cfe7bbdb1e3951\
                79cde26cf502ef662aa97f2680473c0053bdbecab236916b3aa90d5af1cba5a1
                """,
            digest: 0x2e1a4ab2df7f7d9b),
    ]

    private static func decode(_ sample: Sample) -> [Float] {
        let digits = Array(sample.bytes.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        var floats = [Float](repeating: 0, count: bytes.count / sample.type.blockBytes * sample.type.blockSize)
        bytes.withUnsafeBytes { source in
            floats.withUnsafeMutableBufferPointer { GGUFBlockDecoder.decode(sample.type, source, into: $0) }
        }
        return floats
    }

    @Test(arguments: samples) func `weights are those of the gguf package, bit for bit`(_ sample: Sample) {
        let floats = Self.decode(sample)
        #expect(floats.count == 2 * sample.type.blockSize)
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for value in floats {
            for byte in SampleGGUF.bytes(value.bitPattern) { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        #expect(digest == sample.digest)
    }

    @Test func `columns inside blocks and rows are found`() throws {
        let sample = Self.samples[1]
        let all = Self.decode(sample)
        let folder = try CheckpointFolder()
        var gguf = SampleGGUF()
        let digits = Array(sample.bytes.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        gguf.tensors = [.init("a", [64, 3], type: sample.type.rawValue, bytes: bytes + bytes + bytes)]
        let file = try GGUFFile(path: folder.write(gguf.file(), to: "a.gguf"))
        #expect(file.shape(of: "a") == [3, 64])
        #expect(file.shape(of: "b") == nil)
        #expect(try file.read("a", rows: 1..<3, columns: 30..<50) == Array(all[30..<50]) + Array(all[30..<50]))
        #expect(try file.read("a", rows: 0..<1, columns: 0..<64) == all)
        #expect(try file.read("a", rows: 2..<3, columns: 32..<64) == Array(all[32...]))
    }
}
