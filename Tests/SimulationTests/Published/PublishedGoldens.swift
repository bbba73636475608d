import Foundation

/// `Resources/published-model.json`: what the authors' released simulator computes and what their notebooks print, from
/// the project's reference data, collected independently of the code.
struct PublishedGoldens: Decodable {
    /// One kind of product: the values of one instance in the order of `columns`, the name first.
    struct Row: Decodable {
        var name: String
        var values: [Double]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            name = try container.decode(String.self)
            values = []
            while !container.isAtEnd { values.append(try container.decode(Double.self)) }
        }
    }

    struct Case: Decodable {
        var totals: [String: Double]
        var rows: [Row]
        enum CodingKeys: String, CodingKey { case totals, rows = "per_gemm" }
    }

    /// A list of cycles, or of pairs of on-chip and total energy.
    enum Printed: Decodable {
        case cycles([Int])
        case microjoules([[Int]])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let cycles = try? container.decode([Int].self) {
                self = .cycles(cycles)
            } else {
                self = .microjoules(try container.decode([[Int]].self))
            }
        }
    }

    struct Means: Decodable {
        var speedup: (d: Double, g: Double)
        var energy: (d: Double, g: Double)
        var onChip: (d: Double, g: Double)

        init(from decoder: any Decoder) throws {
            let values = try decoder.singleValueContainer().decode([String: Entry].self)
            func pair(_ name: String) -> (d: Double, g: Double) {
                (values["\(name)_d"]?.mean ?? .nan, values["\(name)_g"]?.mean ?? .nan)
            }
            (speedup, energy, onChip) = (pair("mean"), pair("mean_norm_energy"), pair("mean_norm_onchip"))
        }

        /// A mean, or a list per model, which is not used.
        private struct Entry: Decodable {
            var mean: Double?
            init(from decoder: any Decoder) throws { mean = try? decoder.singleValueContainer().decode(Double.self) }
        }
    }

    var columns: [String]
    var goldens: [String: [String: Case]]
    var published: [String: Printed]
    var means: [String: Means]

    static func read() throws -> PublishedGoldens {
        let url = Bundle.module.bundleURL.appending(path: "Resources/published-model.json")
        return try JSONDecoder().decode(PublishedGoldens.self, from: Data(contentsOf: url))
    }

    /// The reference data's names of accelerators and models, with ours.
    static let accelerators = [
        "fp16": "fp16", "bitmod_con": "bitmod-lossless", "bitmod_agg": "bitmod-lossy", "ant": "ant", "olive": "olive",
    ]
    static let models = ["OPT-1.3B": "opt-1.3b", "Llama-2-7B": "llama-2-7b"]
}
