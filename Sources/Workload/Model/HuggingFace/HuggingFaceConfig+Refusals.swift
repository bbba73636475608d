import Documents

extension HuggingFaceConfig {
    /// Refuses keys that change the model in a way ``TransformerModel`` cannot say.
    ///
    /// Not among them, on purpose: `quantization_config` (how a checkpoint stores its weights; here the scheme is
    /// chosen by the user, and the shapes are those of the model), dropout and initialisation (training only), scale
    /// factors (one multiplication, folded into its neighbour) and `rope_scaling`.
    func refuseUnmodelledKeys() throws {
        for (key, reason) in Self.unmodelledKeys {
            if let node = try keys.value(key), try !node.isOff() { throw node.error(reason) }
        }
        if !family.hasExperts {
            for key in ["num_experts", "num_local_experts", "n_routed_experts", "moe_intermediate_size"] {
                if let node = try keys.value(key), try !node.isOff() {
                    throw node.error("experts are not modelled for model_type \(family.rawValue)")
                }
            }
        }
        try refuseMixedLayers()
    }

    private static let unmodelledKeys = [
        ("is_encoder_decoder", "encoders are not modelled"),
        ("add_cross_attention", "cross-attention is not modelled"),
        ("cross_attention_layers", "cross-attention is not modelled"),
        ("kv_lora_rank", "multi-head latent attention is not modelled"),
        ("q_lora_rank", "multi-head latent attention is not modelled"),
        ("alibi", "ALiBi position biases are not modelled"),
        ("attn_logit_softcapping", "logit soft-capping is not modelled"),
        ("final_logit_softcapping", "logit soft-capping is not modelled"),
        ("attention_chunk_size", "chunked attention is not modelled"),
        ("sliding_window_pattern", "attention windows in some layers only are not modelled"),
        ("no_rope_layers", "layers without rotary positions are not modelled"),
        ("num_kv_shared_layers", "layers that share a key-value cache are not modelled"),
        ("num_nextn_predict_layers", "multi-token-prediction layers are not modelled"),
        ("block_configs", "layers of different shapes are not modelled"),
        ("pruned_heads", "layers of different shapes are not modelled"),
    ]

    /// Allows `layer_types` only where all layers are alike.
    private func refuseMixedLayers() throws {
        guard let types = try keys.value("layer_types") else { return }
        let elements = try types.elements()
        let windows = try elements.map { try $0.choice([("full_attention", false), ("sliding_attention", true)]) }
        if Set(windows).count > 1 { throw types.error("attention windows in some layers only are not modelled") }
    }
}

extension DocumentNode {
    /// Whether a value switches its feature off: null, false, 0 or empty.
    fileprivate func isOff() throws -> Bool {
        if isMapping { return try entries().isEmpty }
        if isList { return try elements().isEmpty }
        return try isNull || (try? boolean()) == false || (try? number(in: 0...0)) != nil || string().isEmpty
    }
}
