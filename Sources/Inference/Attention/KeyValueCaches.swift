import Quantization

/// The keys and values of a rank's chips, by sequence, chip, layer and head.
final class KeyValueCaches {
    private var heads: [[[[any HeadCache]]]]

    /// Empty caches.
    ///
    /// - Parameter chips: of each of the rank's chips, the key and value heads of each of its layers.
    init(sequences: Int, chips: [[Int]], headDimension: Int, _ options: InferenceOptions) {
        let softmax = Softmax(options.nonLinearArithmetic)
        heads = (0..<sequences).map { _ in
            chips.map { layers in
                layers.map { heads in (0..<heads).map { _ in Self.head(headDimension, options, softmax) } }
            }
        }
    }

    private static func head(_ size: Int, _ options: InferenceOptions, _ softmax: Softmax) -> any HeadCache {
        if let product = options.arithmetic.product, let scheme = options.keyValueScheme,
            let cache = QuantizedHeadCache(scheme, headDimension: size, product, softmax: softmax)
        {
            return cache
        }
        return FloatHeadCache(options.keyValueScheme, headDimension: size, softmax: softmax)
    }

    /// The cache of one head.
    func head(sequence: Int, chip: Int, layer: Int, head: Int) -> any HeadCache { heads[sequence][chip][layer][head] }
}
