import Documents

extension HuggingFaceConfig {
    /// Reads hidden size and heads under their usual keys.
    ///
    /// - Parameters:
    ///   - absentKVHeads: the key-value heads where `num_key_value_heads` is not in the file; nil for one per
    ///     attention head, which is also what an explicit null means.
    ///   - absentHeadDimension: the same for `head_dim`; nil for hidden size over heads.
    func headShape(absentKVHeads: Int? = nil, absentHeadDimension: Int? = nil) throws -> HeadShape {
        let hidden = try size("hidden_size", in: Limits.hiddenSize)
        let heads = try size("num_attention_heads", in: Limits.heads)
        let kvHeadsDefault = try has("num_key_value_heads") ? heads : absentKVHeads ?? heads
        let kvHeads = try size("num_key_value_heads", in: Limits.heads, default: kvHeadsDefault)
        if !heads.isMultiple(of: kvHeads) {
            throw try (keys.value("num_key_value_heads") ?? keys.required("num_attention_heads")).error(
                "\(kvHeads) key-value heads do not divide \(heads) attention heads", expected: "a divisor of \(heads)")
        }
        let dimension: Int
        if let key = try keys.value("head_dim") {
            dimension = try key.integer(in: Limits.headDimension)
        } else if let absentHeadDimension, try !has("head_dim") {
            dimension = absentHeadDimension
        } else {
            dimension = try headDimension(
                hidden: hidden, heads: heads, headsKey: "num_attention_heads", orElse: ", or a head_dim")
        }
        return HeadShape(
            hiddenSize: hidden, attentionHeads: heads, kvHeads: kvHeads, headDimension: dimension)
    }

    /// The head dimension of families that always divide the hidden size.
    func headDimension(hidden: Int, heads: Int, headsKey: String, orElse alternative: String = "") throws -> Int {
        guard hidden.isMultiple(of: heads) else {
            throw try keys.required(headsKey).error(
                "\(heads) heads do not divide the hidden size \(hidden)",
                expected: "a divisor of \(hidden)\(alternative)")
        }
        return hidden / heads
    }

    // MARK: Sliding windows

    /// The window under `sliding_window`, for families where it holds in every layer.
    ///
    /// - Parameter absent: the window where the key is not in the file. A null means none.
    func slidingWindow(absent: Int? = nil) throws -> Int? {
        if let key = try keys.value("sliding_window") { return try key.integer(in: Limits.positions) }
        return try has("sliding_window") ? nil : absent
    }

    /// The window of the Qwen families, which is off unless `use_sliding_window` is true.
    ///
    /// - Parameter absentFullLayers: the value of `max_window_layers`, the number of first layers without a window,
    ///   where it is not in the file; nil for families that have no such key.
    func optionalSlidingWindow(layers: Int, absentFullLayers: Int?) throws -> Int? {
        guard try flag("use_sliding_window", default: false), let window = try slidingWindow(absent: 4096) else {
            return nil
        }
        guard let absentFullLayers else { return window }
        if let types = try keys.value("layer_types") {
            // Mixed lists were refused, so the first stands for all.
            return try types.elements().first?.string() == "full_attention" ? nil : window
        }
        let fullLayers = try size("max_window_layers", in: 0...Limits.layers.upperBound, default: absentFullLayers)
        if fullLayers >= layers { return nil }
        guard fullLayers == 0 else {
            throw try keys.required("use_sliding_window").error(
                "only the layers from \(fullLayers) of \(layers) attend to a sliding window, which is not modelled",
                expected: "false, or a max_window_layers of 0 or \(layers)")
        }
        return window
    }
}
