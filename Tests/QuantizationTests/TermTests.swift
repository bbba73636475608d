import Testing

@testable import Quantization

@Suite("Bit-serial terms")
struct TermTests {
    @Test func `terms equal the published rules on every listed value`() throws {
        let vectors = try VectorFile.named("pe-terms")
        #expect(vectors.count == 7)
        for vector in vectors {
            for (value, expected) in vector.terms {
                let rule: TermRule =
                    if let bits = Int(vector.id.dropFirst("terms-booth-int".count)) {
                        .booth(bits: bits)
                    } else {
                        .leadingOnes
                    }
                let found = rule.terms(of: value).map {
                    [$0.isNegative ? 1 : 0, $0.exponent, $0.bit ? 1 : 0, $0.significance]
                }
                // The sign of a term without bit is not observable; the listed ones are compared all the same.
                #expect(found == expected, "\(vector.id) \(value)")
            }
        }
    }

    @Test func `terms of every code of every scheme sum to its value and fit their windows`() throws {
        var codes = 0
        for scheme in Scheme.coded {
            let laneBits = scheme.sideUnits.contains(.wideLaneExponent) ? 3 : 2
            for table in scheme.termTables {
                for code in table.format.codeValues.indices {
                    let terms = table[UInt8(code)]
                    let sum = terms.reduce(0) { $0 + $1.value }
                    #expect(sum == table.format.codeValues[code] * table.format.termScale)
                    #expect(terms.map(\.significance) == table.significances)
                    #expect(terms.allSatisfy { $0.exponent < 1 << laneBits && $0.significance <= 6 })
                    codes += 1
                }
            }
        }
        #expect(codes > 1000)
    }

    @Test(arguments: [3, 4, 5, 6, 8]) func `Booth digits of all signed integers`(bits: Int) {
        let rule = TermRule.booth(bits: bits)
        for value in -(1 << (bits - 1))..<1 << (bits - 1) {
            let terms = rule.terms(of: value)
            #expect(terms.count == (bits + 1) / 2)
            #expect(terms.reduce(0) { $0 + $1.value } == value)
            #expect(terms.allSatisfy { $0.exponent <= 1 })
        }
    }

    @Test func `FP3 and FP4 codes with all four special values`() {
        for (bits, specials) in [(3, [3, -3, 6, -6]), (4, [10, -10, 16, -16])] {
            for special in specials {
                let format = bits == 3 ? NumberFormat.fp3(special: special) : .fp4(special: special)
                #expect(format.codeValues[1 << (bits - 1)] == special, "the special value has negative zero's code")
                #expect(format.grid.count == 1 << bits)
                #expect(format.termRule == .leadingOnes)
                for (code, value) in format.codeValues.enumerated() {
                    #expect(format.code(of: value) == UInt8(code))
                    let terms = TermTable(format)[UInt8(code)]
                    #expect(terms.reduce(0) { $0 + $1.value } == value * format.termScale)
                }
            }
        }
    }

    @Test(arguments: OliveType.allCases) func `OliVe outliers share the steps of normal values`(type: OliveType) {
        let normal = TermTable(type.normal)
        let outlier = TermTable(type.outlier)
        #expect(normal.significances == outlier.significances)
        for code in 0..<16 {
            #expect(outlier[UInt8(code)].reduce(0) { $0 + $1.value } == type.outlier.codeValues[code])
            #expect(outlier[UInt8(code)].allSatisfy { $0.exponent < 8 })
        }
        let magnitudes = type.outlier.grid.filter { $0 > 0 }
        #expect(magnitudes == (type == .int ? [12, 16, 24, 32, 48, 64, 96] : [24, 32, 48, 64, 96, 128, 192]))
    }

    @Test func `grids are the published ones`() {
        #expect(NumberFormat.grid(.fp4).grid.filter { $0 >= 0 } == [0, 1, 2, 3, 4, 6, 8, 12])
        #expect(
            NumberFormat.grid(.fp5E2M2).grid.filter { $0 > 0 } == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28])
        #expect(
            NumberFormat.grid(.fp5E3M1).grid.filter { $0 > 0 }
                == [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192])
        #expect(NumberFormat.grid(.fp6E2M3).grid.suffix(8) == [32, 36, 40, 44, 48, 52, 56, 60])
        #expect(NumberFormat.grid(.fp6E3M2).grid.suffix(5) == [224, 256, 320, 384, 448])
        #expect(NumberFormat.integer(bits: 4).grid == Array(-7...7))
        #expect(NumberFormat.fullInteger(bits: 4).grid == Array(-8...7))
    }
}
