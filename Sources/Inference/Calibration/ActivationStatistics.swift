import Execution

/// What is known of the activations that the matrices of this rank's chips were multiplied with, channel by channel.
///
/// Sums run over tokens in the order in which they come, so that they do not depend on the number of ranks.
final class ActivationStatistics {
    /// The channels of one site that a chip sees.
    struct Channels: Sendable, Codable {
        var place: CalibrationPlace
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
        /// Activations of single tokens [samples x channels]; empty unless asked for.
        var samples: [Float] = []
        /// Every how many tokens a sample is taken.
        var sampleStride = 1

        /// Adds some tokens' activations [tokens x channels].
        mutating func add(_ values: [Float], tokens count: Int, withProducts: Bool) {
            let width = largest.count
            if withProducts { addSamples(values, tokens: count) }
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

        /// Takes samples of these tokens, which follow those of before.
        ///
        /// How many tokens will come is not known: when there are too many samples every other one is dropped, and from then
        /// on half as many are taken, so that they stay evenly spread.
        private mutating func addSamples(_ values: [Float], tokens count: Int) {
            let width = largest.count
            for token in 0..<count where (tokens + token) % sampleStride == 0 {
                if samples.count == ActivationStatistics.maximumSamples * width {
                    sampleStride *= 2
                    samples = stride(from: 0, to: samples.count, by: 2 * width).flatMap { samples[$0..<$0 + width] }
                    guard (tokens + token) % sampleStride == 0 else { continue }
                }
                samples += values[token * width..<(token + 1) * width]
            }
        }
    }

    private struct Key: Hashable {
        var place: CalibrationPlace
        var first: Int
    }

    /// Samples of a site are more than half of these, if there are so many tokens; SliM-LLM's code takes 128.
    static let maximumSamples = 256

    private let withProducts: Bool
    private var indices: [Key: Int] = [:]
    private(set) var channels: [Channels] = []

    /// - Parameter withProducts: whether the products of all pairs of channels are summed, and samples taken.
    init(withProducts: Bool) { self.withProducts = withProducts }

    /// Observes some tokens' activations [tokens x channels].
    ///
    /// - Parameter first: the first channel, of those of the whole site.
    func observe(_ values: [Float], tokens: Int, layer: Int, _ site: CalibrationSite, first: Int = 0) {
        let place = CalibrationPlace(layer: layer, site: site)
        let key = Key(place: place, first: first)
        let index = indices[key] ?? channels.count
        if index == channels.count {
            indices[key] = index
            let width = values.count / max(tokens, 1)
            channels.append(
                Channels(
                    place: place, first: first, largest: [Float](repeating: 0, count: width),
                    magnitudes: [Double](repeating: 0, count: width), squares: [Double](repeating: 0, count: width)))
        }
        channels[index].add(values, tokens: tokens, withProducts: withProducts)
    }
}
