import Execution
import Quantization

/// Compares the kernel with the plain model on random matrices until enough PE steps have been compared.
enum Comparison {
    /// Prints how many steps were equal; returns whether all were.
    static func run(steps wanted: Int) throws -> Bool {
        var generator = SeededGenerator(seed: 3)
        var steps = 0
        var round = 0
        let schemes = Scheme.all.filter { $0.cyclesPerStep != nil }
        while steps < wanted {
            for scheme in schemes {
                let (rows, columns) = (1 + Int(generator.next() % 20), 64 + Int(generator.next() % 400))
                let weights = generator.normals(rows * columns, deviation: 0.02)
                let tensor = try Quantizer(scheme).quantize(weights, rows: rows, columns: columns)
                let activations = (0..<columns).map { _ in activation(round, &generator) }
                guard let prepared = PreparedWeights(tensor) else { continue }
                let lanes = PreparedActivations(activations, tokens: 1, layout: prepared.layout)
                let repeated = PreparedActivations(
                    Array([[Float16]](repeating: activations, count: 6).joined()), tokens: 6, layout: prepared.layout)
                for arithmetic in [PEArithmetic.reference, .rtl2024, .reference.withAccumulator(bits: 32)] {
                    guard let product = ExactProduct(arithmetic),
                        let plain = PlainDotProduct(tensor, arithmetic: arithmetic)
                    else { continue }
                    let found = product(prepared, lanes)
                    // Six tokens take the way with decoded terms.
                    let all = product(prepared, repeated).map(\.bitPattern)
                    guard all == (0..<6).flatMap({ _ in found.map(\.bitPattern) }) else {
                        print("\(scheme.name) [\(rows) x \(columns)]: six tokens differ from one")
                        return false
                    }
                    for row in 0..<rows {
                        let expected = plain(row: row, activations)
                        guard found[row].bitPattern == expected.bitPattern || found[row].isNaN && expected.isNaN else {
                            print("\(scheme.name) [\(rows) x \(columns)] row \(row): \(found[row]), plain \(expected)")
                            return false
                        }
                        steps += plain.cyclesPerRow
                    }
                }
            }
            round += 1
        }
        print(
            "## Exactness\n\n\(steps) PE steps of \(schemes.count) schemes, both arithmetics and a 32-bit accumulator: fast = plain, bit for bit.\n"
        )
        return true
    }

    /// Normal, any finite bits, sparse, and now and then an infinity, in turn.
    private static func activation(_ round: Int, _ generator: inout SeededGenerator) -> Float16 {
        let bits = UInt16(truncatingIfNeeded: generator.next())
        switch round % 4 {
        case 0: return Float16(generator.normal())
        case 1: return Float16(bitPattern: bits & 0x7c00 == 0x7c00 ? bits & 0xbfff : bits)
        case 2: return generator.next() % 4 == 0 ? Float16(generator.normal()) : 0
        default: return generator.next() % 2000 == 0 ? .infinity : Float16(generator.heavyTailed())
        }
    }
}
