import Foundation
import Testing
import _RandomTestSupport

@testable import Quantization

@Suite("Schemes")
struct SchemeTests {
    @Test func `names are unique, found, and complete`() throws {
        let names = Scheme.all.map(\.name)
        #expect(Set(names).count == names.count)
        let wanted = """
            fp16 int8 int6 int5 int4 int3 int8-asym int6-asym int5-asym int4-asym int3-asym fp3 fp4 fp5-e2m2 fp5-e3m1 \
            fp6-e2m3 fp6-e3m2 flint4 bitmod-3b bitmod-4b bitmod-3b-er bitmod-3b-ea bitmod-4b-er bitmod-4b-ea mx-fp4 \
            mx-fp3 ocp-mxfp4 ant-3b ant-4b ant-3b-channel ant-4b-channel olive-4b olive-4b-int olive-4b-flint \
            smoothquant i-llm-4b i-llm-6b i-llm-8b bitmod-3b-smoothquant bitmod-4b-smoothquant bitmod-3b-awq bitmod-4b-awq \
            bitmod-3b-omniquant bitmod-4b-omniquant spqr-3b spqr-4b billm onebit bitnet slim-2b slim-3b shiftadd-2b \
            shiftadd-3b
            """.split(separator: " ").map(String.init)
        #expect(Set(names) == Set(wanted))
        for name in names { #expect(Scheme(named: name)?.name == name) }
        #expect(Scheme(named: "BitMoD") == nil)
    }

    @Test func `an unknown name is answered with close ones`() {
        #expect(throws: SchemeError.unknownName("bitmod4b", close: ["bitmod-4b", "bitmod-3b"])) {
            try Scheme.named("bitmod4b")
        }
        let error = SchemeError.unknownName("bitmod4b", close: ["bitmod-4b", "bitmod-3b"])
        #expect(error.description == "unknown scheme 'bitmod4b'; did you mean bitmod-4b, bitmod-3b?")
        #expect(Scheme.names(closeTo: "int4_asym").first == "int4-asym")
        #expect(Scheme.names(closeTo: "quaternion").isEmpty)
    }

    @Test func `JSON keeps what was changed`() throws {
        let changed = [
            try Scheme.named("bitmod-4b").with(groupSize: 64).with(scaleEncoding: .float16),
            try Scheme.named("bitmod-3b").with(specialValues: [3, -3, 5, -5]),
            try Scheme.named("ant-4b-channel").with(antTypes: [.powerOfTwo]),
        ]
        for scheme in Scheme.all + changed {
            let decoded = try JSONDecoder().decode(Scheme.self, from: JSONEncoder().encode(scheme))
            #expect(decoded == scheme)
        }
        let minimal = try JSONDecoder().decode(Scheme.self, from: Data(#"{"name": "mx-fp4"}"#.utf8))
        #expect(minimal == Scheme(named: "mx-fp4"))
    }

    @Test func `impossible changes are refused`() throws {
        let bitmod = try Scheme.named("bitmod-4b")
        #expect(throws: SchemeError.groupSizeOutOfRange(0)) { try bitmod.with(groupSize: 0) }
        #expect(throws: SchemeError.fixedGroupSize(scheme: "shiftadd-3b", 8)) {
            try Scheme.named("shiftadd-3b").with(groupSize: 128)
        }
        #expect(throws: SchemeError.self) { try bitmod.with(scaleEncoding: .exponent8) }
        #expect(throws: SchemeError.self) { try bitmod.with(specialValues: [12]) }
        #expect(throws: SchemeError.self) { try bitmod.with(specialValues: []) }
        #expect(throws: SchemeError.self) { try Scheme.named("int4").with(specialValues: [5]) }
        #expect(throws: SchemeError.self) { try Scheme.named("olive-4b").with(antTypes: [.int]) }
    }

    @Test func `cycles per step are those of the published simulator, and of our decoders beside them`() throws {
        let expected = [
            "int8": 4, "int6": 3, "int5": 3, "int4": 2, "int3": 2, "int8-asym": 4, "int6-asym": 3, "int4-asym": 2,
            "fp3": 2, "fp4": 2, "flint4": 2, "bitmod-3b": 2, "bitmod-4b": 2, "mx-fp4": 2, "mx-fp3": 2, "ant-4b": 2,
            "ant-3b-channel": 2, "olive-4b": 2, "fp5-e2m2": 2, "fp6-e2m3": 3, "fp5-e3m1": 4, "fp6-e3m2": 4,
        ]
        for (name, cycles) in expected { #expect(try Scheme.named(name).cyclesPerStep == cycles, "\(name)") }
        #expect(try Scheme.named("fp16").cyclesPerStep == nil)
        for scheme in Scheme.coded {
            #expect(Set(scheme.termTables.map(\.termsPerCode)).count <= 1, "\(scheme.name): one cycle count")
            #expect(!scheme.cyclesPerStepReason.isEmpty && scheme.summary.hasSuffix("."))
        }
    }

    @Test func `side units follow from data types and scales`() throws {
        #expect(try Scheme.named("bitmod-4b").sideUnits.isEmpty)
        #expect(try Scheme.named("bitmod-4b").with(scaleEncoding: .float16).sideUnits == [.epilogueMultiplier])
        #expect(try Scheme.named("int4-asym").sideUnits == [.groupSum, .epilogueMultiplier])
        #expect(try Scheme.named("mx-fp4").sideUnits == [.exponentAdder])
        #expect(try Scheme.named("olive-4b").sideUnits == [.pairDecoder, .wideLaneExponent])
    }

    @Test func `PEs share a unit behind them as far as the steps of a group leave time for its operations`() throws {
        for (name, operations, elements) in [
            ("int4-asym", 2, 32), ("spqr-3b", 2, 4), ("billm", 7, 8), ("slim-2b", 2, 16), ("slim-3b", 2, 16),
            ("shiftadd-2b", 2, 2), ("shiftadd-3b", 3, 2), ("onebit", 0, 64),
        ] {
            let scheme = try Scheme.named(name)
            #expect(scheme.operationsPerGroup == operations && scheme.elementsPerUnit == elements, "\(name)")
        }
        // An operation adds a partial sum three times, shifted.
        #expect(try Scheme.named("shiftadd-3b").shiftAddsPerGroup == 9)
    }

    @Test func `storage equals the published accounting`() throws {
        let schemes = [
            "bitmod3": "bitmod-3b", "bitmod4": "bitmod-4b", "int6": "int6", "int4asym": "int4-asym",
            "mxfp4": "mx-fp4", "ant4": "ant-4b-channel", "olive4": "olive-4b",
        ]
        var compared = 0
        for vector in try VectorFile.named("storage") {
            let key = vector.id.split(separator: "-")[1]
            let scheme = try Scheme.named(try #require(schemes[String(key)], "\(vector.id)"))
            let expected = try #require(vector.storage)
            let rows = try #require(vector.parameters["rows"])
            let columns = try #require(vector.parameters["cols"])
            #expect(scheme.storage.bits(rows: rows, columns: columns) == expected.bits, "\(vector.id)")
            let average = scheme.storage.averageBitsPerWeight(rows: rows, columns: columns)
            #expect(abs(average - expected.bitsPerWeight) < 1e-12, "\(vector.id)")
            compared += 1
        }
        #expect(compared >= 14)
    }

    @Test func `the storage of methods of other papers equals their accounting`() throws {
        // By the name in the vectors, with what the vectors count otherwise [rows, columns].
        let schemes: [(word: String, name: String, difference: (Int, Int) -> Int)] = [
            // The scheme keeps columns in their order, which the vectors store.
            ("spqr3-1pct", "spqr-3b", { -16 * $1 }),
            ("billm-9pct", "billm", { _, _ in 0 }), ("onebit", "onebit", { _, _ in 0 }),
            ("bitnet-2bit", "bitnet", { _, _ in 0 }),
            // The vectors have no blocks of one bit, which have a mean of 16 bits in place of a zero of one.
            ("slim2", "slim-2b", { 15 * $0 * SliMBlocks.pairs(columns: $1) }),
            ("shiftadd3-apot3", "shiftadd-3b", { _, _ in 0 }), ("smoothquant", "smoothquant", { _, _ in 0 }),
            ("illm-w4", "i-llm-4b", { _, _ in 0 }),
        ]
        for (word, name, difference) in schemes {
            let storage = try Scheme.named(name).storage
            let vectors = try MethodVector.storage(word)
            #expect(vectors.count == 2, "\(word)")
            for vector in vectors {
                let (rows, columns) = (Int(try vector.parameter("rows")), Int(try vector.parameter("cols")))
                // The vectors count ⌊share · weights⌋ outliers, the layout the nearest number.
                let outliers = (vector.storedItems["outlier_f16_idx16"] ?? 0) / StorageLayout.outlierBits
                let own = storage.outliers(rows: rows, columns: columns)
                #expect((0...1).contains(own - outliers), "\(vector.id)")
                let expected = try Int(#require(vector.expected["total_bits"]?.first)) + difference(rows, columns)
                #expect(
                    storage.bits(rows: rows, columns: columns) - (own - outliers) * StorageLayout.outlierBits
                        == expected, "\(vector.id)")
            }
        }
    }

    @Test(arguments: Scheme.all.filter { $0.hasOwnMatrix })
    func `a layout has the bits of a matrix whose rows fill their bytes`(scheme: Scheme) throws {
        for (rows, columns) in [(1, 1024), (5, 2048), (16, 1024), (18, 1024)] {
            var generator = SeededGenerator(seed: UInt64(rows * columns))
            let weights = generator.weights(rows * columns)
            guard case .planes(let matrix) = try scheme.quantized(weights, rows: rows, columns: columns) else {
                Issue.record("\(scheme.name) has matrices of its own")
                return
            }
            var layout = scheme.storage
            if let matrix = matrix as? SpQRMatrix {
                #expect(rows == 1 || matrix.outlierCount > 0, "\(rows) x \(columns)")
                layout.outlierShare = Double(matrix.outlierCount) / Double(rows * columns)
            }
            if let matrix = matrix as? SliMMatrix {
                #expect(Set(matrix.widths).count == 3, "blocks of three widths")
            }
            #expect(
                layout.bits(rows: rows, columns: columns) == matrix.storedBits, "\(scheme.name) \(rows) x \(columns)")
            // Each part of what is packed begins on a byte; the layout rounds up once.
            let fill = matrix.packed().count - layout.bytes(rows: rows, columns: columns)
            #expect((0..<matrix.storedParts.count).contains(fill), "\(scheme.name) \(rows) x \(columns)")
            #expect(fill == 0 || scheme.family == .billm, "\(scheme.name) \(rows) x \(columns)")
        }
    }
}
