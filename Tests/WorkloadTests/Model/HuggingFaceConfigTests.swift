import Testing
import Workload

@Suite struct HuggingFaceConfigTests {
    private func model(_ text: String, file: String = "config.json") throws -> TransformerModel {
        try TransformerModel(huggingFaceConfig: text, file: file)
    }

    /// A small Llama with further keys, each ending in a comma.
    private func llama(_ keys: String = "", type: String = "llama") throws -> TransformerModel {
        try model(
            """
            {\(keys) "model_type": "\(type)", "hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 8,
            "intermediate_size": 96, "vocab_size": 100}
            """)
    }

    @Test func `Published files give the models of the registry`() throws {
        for (name, text) in ConfigTexts.all {
            var model = try model(text)
            model.name = name
            #expect(try model == ModelRegistry.model(named: name), "\(name)")
        }
    }

    // MARK: Names

    @Test func `The name comes from an id, the path the model was loaded from, its folder or the file`() throws {
        #expect(try llama(#""id": "org/small", "_name_or_path": "other","#).name == "small")
        #expect(try llama(#""_name_or_path": "/data/models/mine/","#).name == "mine")
        #expect(try llama(#""_name_or_path": "","#).name == "config")
        let text = ConfigTexts.llama3
        #expect(try model(text, file: "/models/llama-8b/config.json").name == "llama-8b")
        #expect(try model(text, file: "./config.json").name == "config")
        #expect(try model(text, file: "models/tiny.json").name == "tiny")
        #expect(try model(text, file: "models/tiny").name == "tiny")
    }

    // MARK: Which keys, which family

    @Test func `Without model_type, architectures tell the family`() throws {
        let text = ConfigTexts.qwen3.replacing(#"  "model_type": "qwen3","# + "\n", with: "")
        #expect(!text.contains("model_type"))
        #expect(try model(text).family == "qwen3")
    }

    @Test func `Of a multimodal file the text part is read`() throws {
        let text = """
            {"model_type": "llava", "tie_word_embeddings": true, "vision_config": {"hidden_size": 1024},
             "text_config": \(ConfigTexts.llama3.replacing(#""tie_word_embeddings": false,"#, with: ""))}
            """
        var expected = try ModelRegistry.model(named: "llama-3-8b")
        expected.name = "folder"
        expected.hasTiedEmbeddings = true
        #expect(try model(text, file: "folder/config.json") == expected)
    }

    @Test func `Quantisation of the checkpoint and rotary scaling do not matter`() throws {
        let keys = """
            "quantization_config": {"bits": 4, "quant_method": "gptq"}, "rope_scaling": {"rope_type": "llama3"},
            "pruned_heads": {}, "is_encoder_decoder": false, "q_lora_rank": null, "num_experts": 0,
            """
        #expect(try llama(keys) == llama())
    }

    // MARK: Defaults

    @Test func `Missing keys have the defaults of the configuration classes`() throws {
        let llama = try llama()
        #expect(llama.kvHeads == 8)
        #expect(llama.headDimension == 8)
        #expect(llama.maximumPositions == 2048)
        #expect(!llama.hasTiedEmbeddings && llama.slidingWindow == nil)
        let mistral = try self.llama(type: "mistral")
        #expect(mistral.slidingWindow == 4096)
        #expect(mistral.maximumPositions == 131_072)
        #expect(try self.llama(#""sliding_window": null,"#, type: "mistral").slidingWindow == nil)
        #expect(try self.llama(#""num_key_value_heads": null,"#, type: "mistral").kvHeads == 8)
        let qwen3 = try self.llama(#""num_key_value_heads": 4,"#, type: "qwen3")
        #expect(qwen3.headDimension == 128 && qwen3.position == .rotary(dimensions: 128))
        #expect(try self.llama(#""num_key_value_heads": 4, "head_dim": null,"#, type: "qwen3").headDimension == 8)
        #expect(try self.llama(type: "phi").position == .rotary(dimensions: 4))
        #expect(try self.llama(type: "gpt_neox").position == .rotary(dimensions: 2))
    }

    @Test func `A missing number of key-value heads differs from null where the class has a number`() throws {
        let text = ConfigTexts.mistral.replacing(#""num_key_value_heads": 8,"#, with: "")
        #expect(try model(text).kvHeads == 8)
        let null = ConfigTexts.mistral.replacing(#""num_key_value_heads": 8,"#, with: #""num_key_value_heads": null,"#)
        #expect(try model(null).kvHeads == 32)
    }

    @Test func `Biases follow their keys`() throws {
        let llama = try llama(#""attention_bias": true, "mlp_bias": true,"#)
        #expect(llama.hasQueryKeyValueBias && llama.hasAttentionOutputBias && llama.hasFeedForwardBias)
        let qwen2 = try self.llama(#""num_key_value_heads": 4,"#, type: "qwen2")
        #expect(qwen2.hasQueryKeyValueBias && !qwen2.hasAttentionOutputBias)
        let opt = try model(ConfigTexts.opt.replacing("{\n", with: #"{ "enable_bias": false,"#))
        #expect(!opt.hasQueryKeyValueBias && !opt.hasAttentionOutputBias && !opt.hasFeedForwardBias)
    }

    // MARK: Families beyond the registry

    @Test func `Phi-3 mini has its published parameter count`() throws {
        let model = try model(
            """
            {"model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32,
             "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32064, "sliding_window": 2047,
             "max_position_embeddings": 4096, "tie_word_embeddings": false, "hidden_act": "silu"}
            """)
        #expect(model.totalParameters == 3_821_079_552)
        #expect(model.slidingWindow == 2047)
    }

    @Test func `Pythia 6.9B has its published parameter count and a norm for each half of a block`() throws {
        let model = try model(
            """
            {"architectures": ["GPTNeoXForCausalLM"], "hidden_size": 4096, "intermediate_size": 16384,
             "num_hidden_layers": 32, "num_attention_heads": 32, "vocab_size": 50432, "rotary_pct": 0.25,
             "max_position_embeddings": 2048, "tie_word_embeddings": false, "use_parallel_residual": true}
            """)
        #expect(model.totalParameters == 6_857_302_016)
        #expect(model.isParallelBlock && model.normsPerLayer == 2)
        #expect(model.position == .rotary(dimensions: 32))
    }

    @Test func `The rotated part may stand with the other rotary parameters`() throws {
        let text = ConfigTexts.phi2.replacing(
            #""partial_rotary_factor": 0.4"#, with: #""rope_parameters": {"partial_rotary_factor": 0.4}"#)
        #expect(try model(text).position == .rotary(dimensions: 32))
    }

    // MARK: Layers

    @Test func `A Qwen window counts only where it is switched on and holds in all layers`() throws {
        func window(_ keys: String) throws -> Int? {
            try llama(#""num_key_value_heads": 4, "sliding_window": 512, \#(keys)"#, type: "qwen2").slidingWindow
        }
        #expect(try window("") == nil)
        #expect(try window(#""use_sliding_window": true,"#) == nil, "28 layers without a window by default")
        #expect(try window(#""use_sliding_window": true, "max_window_layers": 4,"#) == nil)
        #expect(try window(#""use_sliding_window": true, "max_window_layers": 0,"#) == 512)
        let full = #"["full_attention", "full_attention", "full_attention", "full_attention"]"#
        #expect(try window(#""use_sliding_window": true, "max_window_layers": 2, "layer_types": \#(full),"#) == nil)
        let sliding = full.replacing("full", with: "sliding")
        #expect(try window(#""use_sliding_window": true, "layer_types": \#(sliding),"#) == 512)
    }

    @Test func `Leading dense layers are read`() throws {
        let text = ConfigTexts.qwen3MoE.replacing(#""mlp_only_layers": []"#, with: #""mlp_only_layers": [1, 0]"#)
        let model = try model(text)
        #expect(model.mixtureOfExperts?.leadingDenseLayers == 2)
        #expect(!model.isMixture(layer: 1) && model.isMixture(layer: 2))
    }
}
