import Testing

@testable import Quantization

@Suite("Conformance with the published quantisers, bit for bit")
struct VectorTests {
    private typealias Vector = VectorFile.Vector

    private func quantized(
        _ vector: Vector, _ scheme: Scheme, variant: Quantizer.Variant = .weights
    ) throws -> QuantizedTensor {
        try Quantizer(scheme, variant: variant).quantize(vector.input, rows: vector.rows, columns: vector.columns)
    }

    /// Compares everything that a vector expects.
    private func check(_ vector: Vector, _ tensor: QuantizedTensor) {
        for (name, expected) in vector.numbers {
            let what = "\(vector.id) \(name)"
            switch name {
            case "dequant": expectEqual(tensor.dequantized(), expected, what)
            case "selector": expectEqual(tensor.selectors.map(Float.init), expected, what)
            case "scale": expectEqual(tensor.groupScales, expected, what)
            case "scale_code": expectEqual(tensor.scaleCodes.map(Float.init), expected, what)
            case "zero_point": expectEqual(tensor.zeroPoints.map(Float.init), expected, what)
            case "channel_scale": expectEqual(tensor.rowScales, expected, what)
            case "code" where tensor.scheme.hasZeroPoints: expectEqual(tensor.codes.map(Float.init), expected, what)
            case "code", "grid_value":
                expectEqual((0..<vector.rows).flatMap { tensor.gridValues(row: $0).map(Float.init) }, expected, what)
            case "shared_exponent": expectEqual(tensor.scaleCodes.map { Float($0) - 127 }, expected, what)
            case "channel_scale_per_candidate":
                let perCandidate = (0..<vector.rows).flatMap { row in
                    tensor.scheme.rowScaleIndices.map { tensor.rowScales[row * tensor.scheme.rowScaleCount + $0] }
                }
                expectEqual(perCandidate, expected, what)
            default: break
            }
        }
    }

    @Test func `BitMoD, its restricted searches and its AWQ integration`() throws {
        let vectors = try VectorFile.named("bitmod").filter { !$0.id.contains("omniquant") }
        #expect(vectors.count >= 18)
        for vector in vectors {
            let suffix = vector.mode == "mixed_er" ? "-er" : vector.mode == "mixed_ea" ? "-ea" : ""
            let scheme = try Scheme.named("bitmod-\(vector.bits)b\(suffix)").with(scaleEncoding: .float16)
            let tensor = try quantized(vector, scheme, variant: vector.id.contains("awq") ? .awq : .weights)
            check(vector, tensor)
            if let errors = vector.numbers["mse_fp16"] {
                expectEqual(plainErrors(vector, scheme), errors, "\(vector.id) errors of the candidates")
            }
        }
    }

    private func plainErrors(_ vector: Vector, _ scheme: Scheme) -> [Float] {
        stride(from: 0, to: vector.input.count, by: 128).flatMap { start in
            GridSearch(scheme).plainChoice(Array(vector.input[start..<start + 128]), .clamped).errors
        }
    }

    @Test func `exact arithmetic chooses as the vectors' exact evaluation`() throws {
        for vector in try VectorFile.named("bitmod") + VectorFile.named("ant-per-group") {
            guard let expected = vector.exactSelectors else { continue }
            let suffix = vector.mode == "mixed_er" ? "-er" : vector.mode == "mixed_ea" ? "-ea" : ""
            let family = vector.scheme == "bitmod" ? "bitmod" : "ant"
            let scheme = try Scheme.named("\(family)-\(vector.bits)b\(suffix)").with(scaleEncoding: .float16)
            let tensor = try Quantizer(scheme, arithmetic: .exact).quantize(
                vector.input, rows: vector.rows, columns: vector.columns)
            expectEqual(tensor.selectors.map(Float.init), expected.map(Float.init), "\(vector.id) exact selectors")
        }
    }

    @Test func `BitMoD's OmniQuant integration`() throws {
        let vectors = try VectorFile.named("bitmod").filter { $0.id.contains("omniquant") }
        #expect(vectors.count >= 2)
        for vector in vectors {
            let groups = try OffsetGridSearch(bits: vector.bits).quantize(
                vector.input, rows: vector.rows, columns: vector.columns)
            expectEqual(groups.flatMap(\.dequantized), try #require(vector.numbers["dequant"]), vector.id)
        }
    }

    @Test func `ANT per group`() throws {
        for vector in try VectorFile.named("ant-per-group") {
            let scheme = try Scheme.named("ant-\(vector.bits)b").with(scaleEncoding: .float16)
            check(vector, try quantized(vector, scheme))
            expectEqual(
                plainErrors(vector, scheme), try #require(vector.numbers["mse_fp16"]), "\(vector.id) errors")
        }
    }

    @Test func `single data types`() throws {
        let vectors = try VectorFile.named("single-datatype")
        #expect(vectors.count >= 7)
        for vector in vectors {
            let name = String(vector.mode.map { $0 == "_" ? "-" : $0 })
            check(vector, try quantized(vector, Scheme.named(name).with(scaleEncoding: .float16)))
        }
    }

    @Test func `second-level scales of 8 bits`() throws {
        let vectors = try VectorFile.named("int8-group-scale")
        #expect(vectors.count >= 4)
        for vector in vectors {
            let scheme: Scheme
            switch vector.variant {
            case "mixed":
                // The older code's 4-bit grids have 5 as the special value inside the range.
                let values = vector.bits == 3 ? [3, -3, 6, -6] : [5, -5, 16, -16]
                scheme = try Scheme.named("bitmod-\(vector.bits)b").with(specialValues: values)
            case "int4_asym": scheme = try Scheme.named("int4-asym").with(scaleEncoding: .int8)
            default: scheme = try Scheme.named(vector.variant)
            }
            check(vector, try quantized(vector, scheme))
        }
    }

    @Test func `symmetric and asymmetric integers`() throws {
        for vector in try VectorFile.named("int-sym") {
            check(vector, try quantized(vector, Scheme.named("int\(vector.bits)").with(scaleEncoding: .float16)))
        }
        for vector in try VectorFile.named("int-asym") {
            check(vector, try quantized(vector, Scheme.named("int\(vector.bits)-asym")))
        }
    }

    @Test func `keys and values per token and head`() throws {
        let vectors = try VectorFile.named("kv-int-asym")
        #expect(vectors.count >= 2)
        for vector in vectors {
            check(vector, try quantized(vector, Scheme.named("int\(vector.bits)-asym"), variant: .keyValueCache))
        }
    }

    @Test func `microscaling as the BitMoD paper compares it`() throws {
        let vectors = try VectorFile.named("mx")
        #expect(vectors.count >= 2)
        for vector in vectors { check(vector, try quantized(vector, Scheme.named("mx-fp\(vector.bits)"))) }
    }

    @Test func `ANT per channel`() throws {
        let vectors = try VectorFile.named("ant")
        #expect(vectors.count >= 6)
        for vector in vectors {
            let scheme = try Scheme.named("ant-\(vector.bits)b-channel").with(scaleEncoding: .rowFloat32)
                .with(antTypes: vector.mode.contains("pot") ? [.int, .flint, .powerOfTwo] : [.int, .flint])
            let tensor = try quantized(vector, scheme)
            check(vector, tensor)
            let type = scheme.antTypes[Int(tensor.tensorType)]
            #expect(type.rawValue == vector.text["selected_type"], "\(vector.id) type")
        }
    }

    @Test func `OliVe`() throws {
        let vectors = try VectorFile.named("olive")
        #expect(vectors.count >= 6)
        for vector in vectors {
            let suffix = vector.mode.hasPrefix("ant") ? "" : "-" + vector.mode
            let scheme = try Scheme.named("olive-4b" + suffix).with(scaleEncoding: .rowFloat32)
            let tensor = try quantized(vector, scheme)
            check(vector, tensor)
            #expect(
                OliveType.allCases[Int(tensor.tensorType)].name == vector.text["selected_type"], "\(vector.id) type")
            let victims = tensor.codes.map { $0 == OliveType.victimCode ? Float(1) : 0 }
            expectEqual(victims, try #require(vector.numbers["victim_mask"]), "\(vector.id) victims")
        }
    }
}
