import Foundation
import Testing

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
}
