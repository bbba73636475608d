import Execution

/// What is known of the activations that the matrices of this rank's chips were multiplied with, channel by channel.
///
/// Sums run over tokens in the order in which they come, so that they do not depend on the number of ranks.
final class ActivationStatistics {
    /// The channels of one site that a chip sees.
    struct Channels: Sendable, Codable {
        var layer: Int
        var site: CalibrationSite
        /// The first channel, of those of the whole site.
        var first: Int
        var tokens = 0
        /// Largest magnitude of each channel.
        var largest: [Float]
        /// Sum of magnitudes of each channel.
        var magnitudes: [Double]
        /// Sum of squares of each channel.
        var squares: [Double]
        /// Sum of products of each pair of channels [channels x channels]; empty unless asked for.
        var products: [Double] = []

        /// Adds some tokens' activations [tokens x channels].
        mutating func add(_ values: [Float], tokens count: Int, withProducts: Bool) {
            let width = largest.count
            tokens += count
            for token in 0..<count {
                for channel in 0..<width {
                    let value = values[token * width + channel]
                    largest[channel] = max(largest[channel], value.magnitude)
                    magnitudes[channel] += Double(value.magnitude)
                    squares[channel] += Double(value) * Double(value)
                }
            }
            guard withProducts else { return }
            if products.isEmpty { products = [Double](repeating: 0, count: width * width) }
            var transposed = [Float](repeating: 0, count: values.count)
            for token in 0..<count {
                for channel in 0..<width { transposed[channel * count + token] = values[token * width + channel] }
            }
            let sums = FloatProduct(weights: transposed, rows: width, columns: count)(transposed, tokens: width)
            for index in sums.indices { products[index] += Double(sums[index]) }
        }
    }

    private struct Key: Hashable {
        var layer: Int
        var site: CalibrationSite
        var first: Int
    }

    private let withProducts: Bool
    private var indices: [Key: Int] = [:]
    private(set) var channels: [Channels] = []

    /// - Parameter withProducts: whether the products of all pairs of channels are summed.
    init(withProducts: Bool) { self.withProducts = withProducts }

    /// Observes some tokens' activations [tokens x channels].
    ///
    /// - Parameter first: the first channel, of those of the whole site.
    func observe(_ values: [Float], tokens: Int, layer: Int, _ site: CalibrationSite, first: Int = 0) {
        let key = Key(layer: layer, site: site, first: first)
        let index = indices[key] ?? channels.count
        if index == channels.count {
            indices[key] = index
            let width = values.count / max(tokens, 1)
            channels.append(
                Channels(
                    layer: layer, site: site, first: first, largest: [Float](repeating: 0, count: width),
                    magnitudes: [Double](repeating: 0, count: width), squares: [Double](repeating: 0, count: width)))
        }
        channels[index].add(values, tokens: tokens, withProducts: withProducts)
    }
}
