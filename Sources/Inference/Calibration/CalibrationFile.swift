import Checkpoints
import Documents

/// The tensors of a safetensors file with the statistics of activations, for quantisers that need them.
///
/// For every layer L and site S (`attention_input`, `attention_output`, `feed_forward_input`, `feed_forward_inner`) the
/// binary32 tensors `layers.L.S.abs_max`, `.abs_mean` and `.square_mean`, an element for each channel, over all tokens; and
/// where asked for `.second_moment` [channels x channels], the mean of the products x xᵀ, and `.samples`, the activations of
/// up to 256 tokens at equal distances [samples x channels]. Twice the second moment is the Hessian of GPTQ and the methods
/// that follow it.
struct CalibrationFile: WeightSource {
    /// For messages.
    let path: String
    private let metadata: [String: String]
    private var tensors: [String: (shape: [Int], values: [Float])] = [:]

    /// The statistics that all ranks together have observed.
    ///
    /// - Parameters:
    ///   - channels: those of a site on one or several chips.
    ///   - path: where they are to be written.
    init(model: String, channels: [ActivationStatistics.Channels], path: String) {
        self.path = path
        metadata = [
            "schema": "bitmod-dist.calibration/1", "model": model, "tokens": "\(channels.first?.tokens ?? 0)",
        ]
        for (place, parts) in Dictionary(grouping: channels, by: \.place) {
            let parts = parts.sorted { $0.first < $1.first }
            let tokens = Double(max(parts[0].tokens, 1))
            let largest = parts.flatMap(\.largest)
            let count = largest.count
            func add(_ name: String, _ shape: [Int], _ values: [Float]) {
                tensors["\(place.name).\(name)"] = (shape, values)
            }
            add("abs_max", [count], largest)
            add("abs_mean", [count], parts.flatMap(\.magnitudes).map { Float($0 / tokens) })
            add("square_mean", [count], parts.flatMap(\.squares).map { Float($0 / tokens) })
            if !parts[0].products.isEmpty {
                add("second_moment", [count, count], parts[0].products.map { Float($0 / tokens) })
                add("samples", [parts[0].samples.count / count, count], parts[0].samples)
            }
        }
    }

    func shape(of name: String) -> [Int]? { tensors[name]?.shape }

    func read(
        _ name: String, rows: Range<Int>, columns: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>
    ) throws {
        guard let (shape, values) = tensors[name], let width = shape.last else { preconditionFailure("no \(name)") }
        for (index, row) in rows.enumerated() {
            for (place, column) in columns.enumerated() {
                floats[index * columns.count + place] = values[row * width + column]
            }
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// - Throws: ``InputError`` (output) if it cannot be written.
    func write() throws {
        let layout = try SafetensorsLayout(
            tensors.map { SafetensorsLayout.Entry(name: $0.key, type: .float32, shape: $0.value.shape) },
            metadata: metadata, file: path)
        let writer = try SafetensorsWriter(creating: layout, at: path)
        do {
            for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
                guard let place = layout[name] else { continue }
                try tensor.values.withUnsafeBytes { try writer.write($0, to: place) }
            }
            try writer.close()
            try writer.commit()
        } catch {
            writer.discard()
            throw error
        }
    }
}
