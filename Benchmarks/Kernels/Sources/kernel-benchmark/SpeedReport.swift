import Execution
import Quantization

/// Speeds of kernel, plain model, OpenBLAS and quantiser on one core, in the same run.
enum SpeedReport {
    private static let rows = 4096
    private static let columns = 4096

    static func print() throws {
        var generator = SeededGenerator(seed: 1)
        let values = generator.normals(rows * columns, deviation: 0.02)
        try printQuantizer(values)
        let tensor = try Quantizer(Scheme.named("bitmod-4b")).quantize(values, rows: rows, columns: columns)
        guard let weights = PreparedWeights(tensor), let product = ExactProduct(), let plain = PlainDotProduct(tensor)
        else { return }
        let macs = Double(rows * columns)
        let preparation = bestSeconds(runs: 3) { _ = PreparedWeights(tensor) }
        let activations = generator.normals(columns).map { Float16($0) }
        let plainSeconds = bestSeconds(runs: 3) { _ = plain(row: 0, activations) }
        let plainRate = Double(columns) / plainSeconds
        let bandwidth = readBandwidth()
        Swift.print("## bitmod-4b, \(rows) x \(columns), one core\n")
        Swift.print("- plain model: \(text(plainRate / 1e6)) MMAC/s")
        Swift.print("- preparing weights: \(text(macs / preparation / 1e6, decimals: 0)) Mweights/s, ", terminator: "")
        Swift.print("\(text(Double(weights.preparedBytes) / macs)) bytes per weight")
        Swift.print("- read bandwidth of memory (256 MiB, one core): \(text(bandwidth / 1e9)) GB/s\n")
        Swift.print(row("tokens", "exact GMAC/s", "times plain", "OpenBLAS GMAC/s", "exact / OpenBLAS", "bound"))
        Swift.print(row("--:", "--:", "--:", "--:", "--:", "---"))
        let float = FloatProduct(tensor)
        for tokens in [1, 4, 16, 64] {
            let values = generator.normals(tokens * columns)
            let prepared = PreparedActivations(values.map { Float16($0) }, tokens: tokens, layout: weights.layout)
            let exact = bestSeconds(runs: tokens > 16 ? 3 : 7) { _ = product(weights, prepared) }
            let blas = bestSeconds { _ = float(values, tokens: tokens) }
            let rate = macs * Double(tokens) / exact
            let blasRate = macs * Double(tokens) / blas
            let exactBytes = Double(weights.preparedBytes) / exact
            let blasBytes = 4 * macs / blas
            let bound =
                tokens > 1
                ? "compute"
                : "exact: \(text(exactBytes / 1e9)) GB/s (compute), sgemv: \(text(blasBytes / 1e9)) GB/s (memory)"
            Swift.print(
                row(
                    "\(tokens)", text(rate / 1e9), text(rate / plainRate, decimals: 0), text(blasRate / 1e9),
                    text(rate / blasRate), bound))
        }
        printArithmetics(weights)
        try printSchemes(values)
    }

    /// The other arithmetics and integer activations on the same matrix.
    private static func printArithmetics(_ weights: PreparedWeights) {
        var generator = SeededGenerator(seed: 4)
        let tokens = 8
        let values = generator.normals(tokens * columns)
        let macs = Double(rows * columns)
        Swift.print("\n## Other arithmetics, bitmod-4b, \(rows) x \(columns), one core\n")
        Swift.print(row("arithmetic", "activations", "1 token GMAC/s", "\(tokens) tokens GMAC/s"))
        Swift.print(row("---", "---", "--:", "--:"))
        let arithmetics: [(String, PEArithmetic)] = [
            ("reference", .reference), ("rtl-2024", .rtl2024),
            ("reference, 32-bit accumulator", .reference.withAccumulator(bits: 32)),
        ]
        for (name, arithmetic) in arithmetics {
            guard let product = ExactProduct(arithmetic) else { continue }
            for isInteger in [false, true] {
                let rates = [1, tokens].map { tokens in
                    let part = values[0..<tokens * columns]
                    let prepared =
                        isInteger
                        ? PreparedActivations(
                            integers: part.map { Int(max(-127, min(127, $0 * 32))) }, tokens: tokens,
                            layout: weights.layout)
                        : PreparedActivations(part.map { Float16($0) }, tokens: tokens, layout: weights.layout)
                    return macs * Double(tokens) / bestSeconds(runs: 3) { _ = product(weights, prepared) }
                }
                Swift.print(row(name, isInteger ? "INT8" : "FP16", text(rates[0] / 1e9), text(rates[1] / 1e9)))
            }
        }
    }

    /// All schemes on a smaller matrix.
    private static func printSchemes(_ values: [Float]) throws {
        let (rows, columns, tokens) = (512, 2048, 8)
        var generator = SeededGenerator(seed: 2)
        let activations = generator.normals(tokens * columns).map { Float16($0) }
        Swift.print("\n## All schemes, \(rows) x \(columns), one core\n")
        Swift.print(row("scheme", "terms", "1 token GMAC/s", "8 tokens GMAC/s"))
        Swift.print(row("---", "--:", "--:", "--:"))
        for scheme in Scheme.all {
            let part = Array(values[0..<rows * columns])
            let small = scheme.name.hasPrefix("olive") || scheme.name.hasSuffix("channel")
            let count = small ? 64 : rows
            let tensor = try Quantizer(scheme).quantize(Array(part[0..<count * columns]), rows: count, columns: columns)
            guard let weights = PreparedWeights(tensor), let product = ExactProduct() else { continue }
            let rates = [1, tokens].map { tokens in
                let prepared = PreparedActivations(
                    Array(activations[0..<tokens * columns]), tokens: tokens, layout: weights.layout)
                return Double(count * columns * tokens) / bestSeconds { _ = product(weights, prepared) }
            }
            Swift.print(row(scheme.name, "\(weights.layout.termCount)", text(rates[0] / 1e9), text(rates[1] / 1e9)))
        }
    }

    private static func printQuantizer(_ values: [Float]) throws {
        let count = 512
        let part = Array(values[0..<count * columns])
        Swift.print("## Quantisers, reference mode, \(count) x \(columns), one core\n")
        Swift.print("The four candidates of BitMoD in binary16 scales as published; all are bound by computing.\n")
        Swift.print(row("scheme", "scales", "Mweights/s"))
        Swift.print(row("---", "---", "--:"))
        let schemes = try ["bitmod-3b", "bitmod-4b"].map { try Scheme.named($0).with(scaleEncoding: .float16) }
        let others = try [
            "bitmod-3b", "bitmod-4b", "int4", "int4-asym", "fp4", "fp6-e2m3", "mx-fp4", "ocp-mxfp4", "ant-4b",
            "ant-3b-channel", "ant-4b-channel", "olive-4b", "olive-4b-int",
        ].map { try Scheme.named($0) }
        for scheme in schemes + others {
            let quantizer = Quantizer(scheme)
            let seconds = try bestSeconds(runs: 5) { _ = try quantizer.quantize(part, rows: count, columns: columns) }
            let rate = Double(part.count) / seconds / 1e6
            Swift.print(row(scheme.name, scheme.scaleEncoding.rawValue, text(rate, decimals: rate < 20 ? 1 : 0)))
        }
        Swift.print("")
    }

    /// Bytes per second of a sum over an array larger than the caches that one core fills.
    private static func readBandwidth() -> Double {
        let words = [UInt64](repeating: 1, count: 1 << 25)
        var total: UInt64 = 0
        let seconds = bestSeconds(runs: 5) {
            var sum: UInt64 = 0
            for word in words { sum &+= word }
            total &+= sum
        }
        precondition(total == 5 << 25, "the sums are used")
        return Double(words.count * 8) / seconds
    }
}
