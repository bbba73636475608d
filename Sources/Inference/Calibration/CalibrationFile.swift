import Checkpoints
import Documents

/// A safetensors file with the statistics of activations, for quantisers that need them.
///
/// For every layer L and site S (`attention_input`, `attention_output`, `feed_forward_input`, `feed_forward_inner`) the
/// binary32 tensors `layers.L.S.abs_max`, `.abs_mean` and `.square_mean`, an element for each channel, over all tokens; and
/// where asked for `.second_moment` [channels x channels], the mean of the products x xᵀ, and `.samples`, the activations of
/// up to 256 tokens at equal distances [samples x channels]. Twice the second moment is the Hessian of GPTQ and the methods
/// that follow it.
struct CalibrationFile {
    let model: String
    /// The statistics of all ranks.
    let channels: [ActivationStatistics.Channels]

    /// Writes the file, whole or not at all.
    ///
    /// - Throws: ``InputError`` (output) if it cannot be written.
    func write(to path: String) throws {
        var tensors: [(entry: SafetensorsLayout.Entry, values: [Float])] = []
        func add(_ name: String, _ shape: [Int], _ values: [Float]) {
            tensors.append((SafetensorsLayout.Entry(name: name, type: .float32, shape: shape), values))
        }
        let sites = Set(channels.map { Site(layer: $0.layer, site: $0.site) })
        for site in sites {
            let parts = channels.filter { $0.layer == site.layer && $0.site == site.site }
                .sorted { $0.first < $1.first }
            let name = "layers.\(site.layer).\(site.site.rawValue)"
            let tokens = Double(max(parts[0].tokens, 1))
            let largest = parts.flatMap(\.largest)
            add(name + ".abs_max", [largest.count], largest)
            add(name + ".abs_mean", [largest.count], parts.flatMap(\.magnitudes).map { Float($0 / tokens) })
            add(name + ".square_mean", [largest.count], parts.flatMap(\.squares).map { Float($0 / tokens) })
            if let products = parts.first?.products, !products.isEmpty {
                add(
                    name + ".second_moment", [largest.count, largest.count], products.map { Float($0 / tokens) })
                add(name + ".samples", [parts[0].samples.count / largest.count, largest.count], parts[0].samples)
            }
        }
        let layout = try SafetensorsLayout(
            tensors.map(\.entry),
            metadata: [
                "schema": "bitmod-dist.calibration/1", "model": model, "tokens": "\(channels.first?.tokens ?? 0)",
            ], file: path)
        let writer = try SafetensorsWriter(creating: layout, at: path)
        do {
            for (entry, values) in tensors {
                guard let tensor = layout[entry.name] else { continue }
                try values.withUnsafeBytes { try writer.write($0, to: tensor) }
            }
            try writer.close()
            try writer.commit()
        } catch {
            writer.discard()
            throw error
        }
    }

    private struct Site: Hashable {
        var layer: Int
        var site: CalibrationSite
    }
}
