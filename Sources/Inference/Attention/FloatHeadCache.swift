import Documents
import Quantization

/// Keys and values as numbers, which may have been rounded to binary16 or quantised and dequantised, multiplied in the
/// vector unit's order of sums.
final class FloatHeadCache: HeadCache {
    private let size: Int
    private let quantizer: Quantizer?
    private let softmax: Softmax
    private var keys: [Float] = []
    private var values: [Float] = []
    private(set) var count = 0

    /// - Parameter scheme: what is stored, one group per token; nil for binary32.
    init(_ scheme: Scheme?, headDimension: Int, softmax: Softmax = .binary32) {
        size = headDimension
        self.softmax = softmax
        quantizer = scheme.map { Quantizer(QuantizedHeadCache.perToken($0, headDimension) ?? $0) }
    }

    func append(keys newKeys: [Float], values newValues: [Float]) throws {
        keys += try stored(newKeys)
        values += try stored(newValues)
        count += newKeys.count / size
    }

    private func stored(_ vectors: [Float]) throws -> [Float] {
        guard let quantizer else { return vectors }
        do throws(QuantizationError) {
            return try quantizer.quantize(vectors, rows: vectors.count / size, columns: size).dequantized()
        } catch {
            throw InputError(.data, problem: "a key or value cannot be quantised: \(error)")
        }
    }

    func attend(_ queries: [Float], limits: [Int], scale: Float) -> [Float] {
        var result = [Float](repeating: 0, count: queries.count)
        var scores = [Float](repeating: 0, count: count)
        queries.withUnsafeBufferPointer { queries in
            keys.withUnsafeBufferPointer { keys in
                values.withUnsafeBufferPointer { values in
                    result.withUnsafeMutableBufferPointer { result in
                        scores.withUnsafeMutableBufferPointer { scores in
                            guard let queries = queries.baseAddress, let keys = keys.baseAddress,
                                let values = values.baseAddress, let result = result.baseAddress,
                                let scores = scores.baseAddress
                            else { return }
                            for (index, limit) in limits.enumerated() {
                                let query = queries + index * size
                                for token in 0..<limit {
                                    scores[token] = VectorUnit.dot(query, keys + token * size, count: size) * scale
                                }
                                softmax(scores, count: limit)
                                let output = result + index * size
                                for token in 0..<limit {
                                    VectorUnit.add(
                                        values + token * size, times: scores[token], to: output, count: size)
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
