import Foundation
import Testing

@testable import Quantization

@Suite("LLM-Pruner: importance and selection") struct LLMPrunerTests {
    /// A vector of the published rule: the matrices of a layer, and what it loses.
    private struct Layer {
        var matrices: [String: (rows: Int, columns: Int, values: [Float])] = [:]
        var headDimension = 0
        var channelImportance: [Float] = []
        var headImportance: [Float] = []
        var prunedChannels: [Int] = []
        var prunedHeads: [Int] = []

        init(_ id: String) throws {
            let data = try Data(contentsOf: Resources.url("llm-pruner-vectors.json"))
            let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let list = try #require(root["vectors"] as? [[String: Any]])
            let entry = try #require(list.first { $0["id"] as? String == id })
            let input = try #require(entry["input"] as? [String: [String: Any]])
            for (name, encoded) in input {
                let shape = try #require(encoded["shape"] as? [Int])
                matrices[name] = (shape[0], shape[1], try Self.floats(encoded))
            }
            let parameters = try #require(entry["params"] as? [String: Any])
            headDimension = try #require(parameters["head_dim"] as? Int)
            let expected = try #require(entry["expected"] as? [String: Any])
            channelImportance = try Self.floats(try #require(expected["mlp_importance"] as? [String: Any]))
            headImportance = try Self.floats(try #require(expected["head_importance"] as? [String: Any]))
            prunedChannels = try #require(expected["pruned_mlp_channels"] as? [Int])
            prunedHeads = try #require(expected["pruned_heads"] as? [Int])
        }

        private static func floats(_ encoded: [String: Any]) throws -> [Float] {
            let digits = Array(try #require(encoded["data"] as? String).utf8)
            return try stride(from: 0, to: digits.count, by: 8).map { start in
                let word = String(decoding: digits[start..<start + 8], as: UTF8.self)
                return Float(bitPattern: try #require(UInt32(word, radix: 16)))
            }
        }

        /// The importance of a matrix's rows, or columns.
        func importance(_ estimate: PruningImportance, _ name: String, byColumn: Bool = false) throws -> [Double] {
            let matrix = try #require(matrices[name])
            let gradients = matrices["grad_\(name)"]?.values
            return byColumn
                ? try estimate.ofColumns(
                    matrix.values, gradients: gradients, rows: matrix.rows, columns: matrix.columns)
                : try estimate.ofRows(
                    matrix.values, gradients: gradients, rows: matrix.rows, columns: matrix.columns)
        }
    }

    private func expectClose(_ found: [Double], _ expected: [Float], _ what: String) {
        #expect(found.count == expected.count, "\(what)")
        for (index, (found, expected)) in zip(found, expected).enumerated() {
            #expect(abs(found - Double(expected)) <= 1e-4 * abs(Double(expected)), "\(what) \(index)")
        }
    }

    @Test(arguments: [
        ("llmpruner-l1", PruningImportance.Criterion.l1), ("llmpruner-l2", .l2),
        ("llmpruner-taylor_param_first", .taylor),
    ])
    func `the published vectors lose the same heads and channels`(
        id: String, criterion: PruningImportance.Criterion
    ) throws {
        let layer = try Layer(id)
        let estimate = PruningImportance(criterion)
        let channels = estimate.combined([
            try layer.importance(estimate, "gate"), try layer.importance(estimate, "up"),
            try layer.importance(estimate, "down", byColumn: true),
        ])
        expectClose(channels, layer.channelImportance, "\(id) channel")
        #expect(PruningImportance.lowest(layer.prunedChannels.count, of: channels) == layer.prunedChannels)
        let heads = estimate.ofHeads(
            query: try layer.importance(estimate, "q"), key: try layer.importance(estimate, "k"),
            value: try layer.importance(estimate, "v"), output: try layer.importance(estimate, "o", byColumn: true),
            headDimension: layer.headDimension)
        expectClose(heads, layer.headImportance, "\(id) head")
        #expect(PruningImportance.lowest(layer.prunedHeads.count, of: heads) == layer.prunedHeads)
        let kept = PruningImportance.highest(heads.count - layer.prunedHeads.count, of: heads)
        #expect((kept + layer.prunedHeads).sorted() == Array(heads.indices))
    }

    @Test func `the worked example of four channels loses the last`() throws {
        let estimate = PruningImportance(.l2)
        let gate = try estimate.ofRows([0.1, 0.2, 0, 0.1, 0.3, -0.2, 0.05, 0.05], rows: 4, columns: 2)
        let up = try estimate.ofRows([0.1, 0, 0.2, 0.1, 0.1, 0.1, 0, 0.05], rows: 4, columns: 2)
        // Columns (.1, .2) (.3, 0) (-.2, .1) (.05, .1) of a matrix [2 x 4].
        let down = try estimate.ofColumns([0.1, 0.3, -0.2, 0.05, 0.2, 0, 0.1, 0.1], rows: 2, columns: 4)
        let importance = estimate.combined([gate, up, down])
        for (found, expected) in zip(importance, [0.11 / 3, 0.15 / 3, 0.2 / 3, 0.02 / 3]) {
            #expect(abs(found - expected) < 1e-6)
        }
        #expect(PruningImportance.lowest(1, of: importance) == [3])
    }

    @Test func `a group of heads has the mean of what its heads would have alone`() {
        // Two key heads of three channels, two query heads for each.
        let query = (0..<12).map { Double($0 * $0) }
        let output = (0..<12).map { Double(50 - $0) }
        let key = (0..<6).map { Double($0 + 1) }
        let value = (0..<6).map { Double(7 * $0) }
        for criterion in PruningImportance.Criterion.allCases {
            let estimate = PruningImportance(criterion)
            let grouped = estimate.ofHeads(query: query, key: key, value: value, output: output, headDimension: 3)
            // Each query head with a copy of its key and value is a head of its own.
            func copies(_ channels: [Double]) -> [Double] {
                (0..<4).flatMap { head in channels[head / 2 * 3..<head / 2 * 3 + 3] }
            }
            let alone = estimate.ofHeads(
                query: query, key: copies(key), value: copies(value), output: output, headDimension: 3)
            for group in 0..<2 {
                let mean = (alone[2 * group] + alone[2 * group + 1]) / 2
                #expect(abs(grouped[group] - mean) < 1e-9 * mean)
            }
        }
    }

    @Test func `of equal importances the lowest numbers go first`() {
        #expect(PruningImportance.lowest(2, of: [3, 1, 2, 1, 1]) == [1, 3])
        #expect(PruningImportance.highest(2, of: [3, 1, 2, 1, 1]) == [0, 2])
        #expect(PruningImportance.lowest(0, of: [3, 1]).isEmpty)
        #expect(PruningImportance.highest(2, of: [3, 1]) == [0, 1])
    }

    @Test func `weights and gradients that are not finite are refused with their place`() {
        let estimate = PruningImportance(.taylor)
        #expect(throws: QuantizationError.nonFiniteWeight(index: 1)) {
            try PruningImportance(.l1).ofRows([1, .nan], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.nonFiniteWeight(index: 0)) {
            try estimate.ofColumns([1, 2], gradients: [.infinity, 1], rows: 1, columns: 2)
        }
        #expect(throws: QuantizationError.emptyMatrix(rows: 0, columns: 2)) {
            try PruningImportance().ofRows([], rows: 0, columns: 2)
        }
    }
}
