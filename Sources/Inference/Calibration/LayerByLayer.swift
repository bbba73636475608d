import MessagePassing

/// Statistics of layers one after the other, each on what the quantised layers before it make of the text.
///
/// So the scripts of GPTQ and of the methods that follow it collect their Hessians (Frantar et al., ICLR 2023): a layer is
/// run as it is stored, quantised with what was observed of it, and run again for the layer that follows. Products are in
/// binary32. Quantising with the statistics of all layers gives the same weights.
struct LayerByLayer {
    let model: LanguageModel
    /// How weights are quantised; the scheme makes use of statistics.
    let options: InferenceOptions
    /// One chip.
    let hardware: SimulatedHardware

    /// Collects statistics of a text in windows.
    ///
    /// - Parameters:
    ///   - path: where the file is to be written.
    ///   - progress: called after each layer with the number done and that of all.
    /// - Throws: ``InputError`` (data).
    func statistics(
        of request: Perplexity.Request, _ calibration: Calibration, progress: (Int, Int) -> Void
    ) throws -> CalibrationFile {
        let transformer = try Transformer(
            model, ComparedExecution.stored.options(for: options, of: model.description), hardware,
            on: SingleProcessCommunicator())
        let quantized = try InferenceOptions(scheme: options.scheme, arithmetic: .float, keyValueScheme: nil)
        let shape = transformer.shape
        let windows = request.windows.map(request.steps)
        var residuals = try windows.map(transformer.embedded)
        var channels: [ActivationStatistics.Channels] = []
        for layer in 0..<shape.layers {
            transformer.statistics = ActivationStatistics(withProducts: calibration.withSecondMoments)
            for (tokens, residual) in zip(windows, residuals) {
                var result = residual
                transformer.start(sequences: 1)
                try transformer.run(tokens, layer: layer, &result)
            }
            let own = transformer.statistics?.channels ?? []
            transformer.statistics = nil
            channels += own
            let loader = MatrixLoader(
                model: model, options: quantized,
                statistics: CalibrationStatistics(
                    CalibrationFile(model: shape.name, channels: own, path: calibration.path)))
            transformer.shards[0].layers[layer] = try ChipShard.Layer(
                layer, transformer.shards[0].seat, of: shape, kept: transformer.kept[layer], loader, transformer.rule)
            for (index, tokens) in windows.enumerated() {
                transformer.start(sequences: 1)
                try transformer.run(tokens, layer: layer, &residuals[index])
            }
            progress(layer + 1, shape.layers)
        }
        return CalibrationFile(model: shape.name, channels: channels, path: calibration.path)
    }
}
