import Documents
import Execution
import Quantization

/// Keys and values quantised token by token, and attention on the bit-serial PEs.
///
/// Keys are the bit-serial operand [tokens x head dimension], one group per token, whose scale is applied to the dot
/// product. Values are [head dimension x tokens]: the PE sums over tokens, whose scales differ, so that these are folded
/// into the probabilities and the codes multiplied with the scale 1 in groups of 128 tokens. Queries and weighted
/// probabilities are binary16.
///
/// Prepared blocks are kept; only the last block of each kind is prepared anew in a step.
final class QuantizedHeadCache: HeadCache {
    private let size: Int
    private let product: ExactProduct
    private let softmax: Softmax
    private let keyScheme: Scheme
    private let valueScheme: Scheme
    private let keyLayout: KernelLayout
    private let keyQuantizer: Quantizer

    private var keyBlocks: [PreparedWeights] = []
    /// Keys of the last, unfinished block.
    private var openKeys: [Float] = []
    /// The unfinished blocks as they were last prepared, until something is added to them.
    private var openKeyWeights: PreparedWeights?
    private var openValueWeights: (weights: PreparedWeights, scale: Scales)?
    private var valueBlocks: [(weights: PreparedWeights, scale: Scales)] = []
    /// Grid values of the last, unfinished block, token by token.
    private var openValues: [Int] = []
    private var openScales: [Float] = []
    private(set) var count = 0

    /// The scales of a block's values as multiples of a power of two.
    private struct Scales {
        var factors: [Float]
        var unit: Float
    }

    /// Tokens of a block of keys and of a group of values.
    private static let (keyBlock, valueBlock) = (32, 128)
    /// Queries that meet the same blocks.
    private static let queryBlock = 96

    /// A cache, or nil if the scheme is none for keys and values.
    init?(_ scheme: Scheme, headDimension: Int, _ product: ExactProduct, softmax: Softmax = .binary32) {
        guard let valueScheme = Self.valueScheme(for: scheme), let keyScheme = Self.perToken(scheme, headDimension),
            let keyLayout = KernelLayout(keyScheme, columns: headDimension)
        else { return nil }
        self.valueScheme = valueScheme
        self.keyScheme = keyScheme
        self.keyLayout = keyLayout
        self.product = product
        self.softmax = softmax
        size = headDimension
        keyQuantizer = Quantizer(keyScheme)
    }

    /// One group and one binary16 scale per token.
    static func perToken(_ scheme: Scheme, _ headDimension: Int) -> Scheme? {
        let scheme = try? scheme.with(groupSize: headDimension)
        return try? scheme?.with(scaleEncoding: .float16)
    }

    /// The scheme whose grid holds the values of `scheme` with all its special values, in groups of tokens.
    ///
    /// Every value of BitMoD's grids is one of FP5-E2M2, which takes two terms too.
    static func valueScheme(for scheme: Scheme) -> Scheme? {
        let name: String
        switch scheme.family {
        case .integer: name = scheme.name
        case .bitmod: name = SchemeFamily.GridName.fp5E2M2.rawValue
        default: return nil
        }
        let grid = try? Scheme.named(name).with(scaleEncoding: .float32)
        return try? grid?.with(groupSize: valueBlock)
    }

    func append(keys: [Float], values: [Float]) throws {
        if let key = keys.first(where: { !($0.magnitude < 65_520) }) {
            throw InputError(.data, problem: "a key has the element \(key), which is beyond binary16")
        }
        openKeyWeights = nil
        openValueWeights = nil
        let tokens = keys.count / size
        let quantized = try quantized(values, rows: tokens)
        let decoder = RowDecoder(quantized)
        for token in 0..<tokens {
            openKeys += keys[token * size..<(token + 1) * size]
            openValues += decoder.gridValues(row: token)
            openScales.append(Float(decoder.scale(row: token, group: 0).value))
            if openKeys.count == Self.keyBlock * size {
                keyBlocks.append(try preparedKeys())
                openKeys.removeAll(keepingCapacity: true)
            }
            if openScales.count == Self.valueBlock {
                valueBlocks.append(preparedValues())
                openValues.removeAll(keepingCapacity: true)
                openScales.removeAll(keepingCapacity: true)
            }
        }
        count += tokens
    }

    private func quantized(_ floats: [Float], rows: Int) throws -> QuantizedTensor {
        do throws(QuantizationError) {
            return try keyQuantizer.quantize(floats, rows: rows, columns: size)
        } catch {
            throw InputError(.data, problem: "a value cannot be quantised: \(error)")
        }
    }

    private func preparedKeys() throws -> PreparedWeights {
        guard let prepared = PreparedWeights(try quantized(openKeys, rows: openKeys.count / size)) else {
            preconditionFailure("the scheme runs on the PE")
        }
        return prepared
    }

    private func preparedValues() -> (weights: PreparedWeights, scale: Scales) {
        let tokens = openScales.count
        var transposed = [Int](repeating: 0, count: openValues.count)
        for token in 0..<tokens {
            for row in 0..<size { transposed[row * tokens + token] = openValues[token * size + row] }
        }
        let tensor = QuantizedTensor(gridValues: transposed, rows: size, columns: tokens, scheme: valueScheme)
        guard let prepared = PreparedWeights(tensor) else { preconditionFailure("the scheme runs on the PE") }
        // The largest factor lies in 1/2 to 1, so that small probabilities keep their bits in binary16.
        let largest = openScales.max() ?? 0
        let unit = largest > 0 ? Float(sign: .plus, exponent: largest.exponent + 1, significand: 1) : 1
        return (prepared, Scales(factors: openScales.map { $0 / unit }, unit: unit))
    }

    func attend(_ queries: [Float], limits: [Int], scale: Float) -> [Float] {
        // In pieces, so that early queries do not meet the blocks of late tokens.
        guard limits.count > Self.queryBlock else { return attendTogether(queries, limits: limits, scale: scale) }
        var result: [Float] = []
        result.reserveCapacity(queries.count)
        for start in stride(from: 0, to: limits.count, by: Self.queryBlock) {
            let part = start..<min(start + Self.queryBlock, limits.count)
            result += attendTogether(
                Array(queries[part.lowerBound * size..<part.upperBound * size]), limits: Array(limits[part]),
                scale: scale)
        }
        return result
    }

    private func keyWeights(_ block: Int) -> PreparedWeights? {
        if block < keyBlocks.count { return keyBlocks[block] }
        if openKeyWeights == nil { openKeyWeights = try? preparedKeys() }
        return openKeyWeights
    }

    private func valueWeights(_ block: Int) -> (weights: PreparedWeights, scale: Scales) {
        if block < valueBlocks.count { return valueBlocks[block] }
        if let openValueWeights { return openValueWeights }
        let prepared = preparedValues()
        openValueWeights = prepared
        return prepared
    }

    private func attendTogether(_ queries: [Float], limits: [Int], scale: Float) -> [Float] {
        let rows = limits.count
        let longest = limits.max() ?? 0
        var probabilities = [Float](repeating: 0, count: rows * longest)
        let prepared = PreparedActivations(queries.map { Float16($0) }, tokens: rows, layout: keyLayout)
        var start = 0
        while start < longest {
            // Keys that cannot be quantised have been refused when they were stored.
            guard let weights = keyWeights(start / Self.keyBlock) else {
                return [Float](repeating: .nan, count: queries.count)
            }
            let scores = product(weights, prepared)
            let tokens = min(weights.rows, longest - start)
            for row in 0..<rows {
                for token in 0..<tokens {
                    probabilities[row * longest + start + token] = scores[row * weights.rows + token] * scale
                }
            }
            start += weights.rows
        }
        probabilities.withUnsafeMutableBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            for row in 0..<rows {
                softmax(first + row * longest, count: limits[row])
                for token in limits[row]..<longest { buffer[row * longest + token] = 0 }
            }
        }
        return weighted(probabilities, rows: rows, longest: longest)
    }

    /// Sums of values by probabilities, group after group.
    private func weighted(_ probabilities: [Float], rows: Int, longest: Int) -> [Float] {
        var result = [Float](repeating: 0, count: rows * size)
        var start = 0
        while start < longest {
            let (weights, scales) = valueWeights(start / Self.valueBlock)
            let tokens = weights.columns
            let used = min(tokens, longest - start)
            var activations = [Float16](repeating: 0, count: rows * tokens)
            for row in 0..<rows {
                for token in 0..<used {
                    activations[row * tokens + token] = Float16(
                        probabilities[row * longest + start + token] * scales.factors[token])
                }
            }
            let sums = product(
                weights, PreparedActivations(activations, tokens: rows, layout: weights.layout))
            for place in result.indices { result[place] += sums[place] * scales.unit }
            start += tokens
        }
        return result
    }
}
