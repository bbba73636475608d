import Quantization

/// The keys and values of a rank's chips, by sequence, chip, layer and head.
final class KeyValueCaches {
    private var heads: [[[[any HeadCache]]]]

    /// Empty caches.
    ///
    /// - Parameter chips: layers, and key and value heads, of each of the rank's chips.
    init(sequences: Int, chips: [(layers: Int, heads: Int)], headDimension: Int, _ options: InferenceOptions) {
        heads = (0..<sequences).map { _ in
            chips.map { chip in
                (0..<chip.layers).map { _ in (0..<chip.heads).map { _ in Self.head(headDimension, options) } }
            }
        }
    }

    private static func head(_ size: Int, _ options: InferenceOptions) -> any HeadCache {
        if let product = options.arithmetic.product, let scheme = options.keyValueScheme,
            let cache = QuantizedHeadCache(scheme, headDimension: size, product)
        {
            return cache
        }
        return FloatHeadCache(options.keyValueScheme, headDimension: size)
    }

    /// The cache of one head.
    func head(sequence: Int, chip: Int, layer: Int, head: Int) -> any HeadCache { heads[sequence][chip][layer][head] }
}
