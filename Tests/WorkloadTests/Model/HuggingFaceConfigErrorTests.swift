import Documents
import Testing
import Workload

@Suite struct HuggingFaceConfigErrorTests {
    private static let families =
        "falcon, gpt2, gpt_neox, llama, mistral, mixtral, opt, phi, phi3, qwen2, qwen3, qwen3_moe"

    private func message(_ text: String) -> String {
        do {
            return "read \(try TransformerModel(huggingFaceConfig: text, file: "c.json").name)"
        } catch { return "\(error)" }
    }

    /// The message for a text in which one part is replaced.
    private func message(in text: String = ConfigTexts.llama2, _ part: String, _ replacement: String) -> String {
        #expect(text.contains(part), "\(part)")
        return message(text.replacing(part, with: replacement))
    }

    // MARK: Not a configuration

    @Test func `What is not a JSON object is refused`() {
        #expect(message("[]") == "c.json:1: found a list; expected the keys of a Hugging Face config.json")
        #expect(message("7") == #"c.json:1: found "7"; expected the keys of a Hugging Face config.json"#)
        #expect(message("") == "c.json: the file is empty")
        #expect(message(" \n") == "c.json: the file is empty")
    }

    @Test func `Malformed JSON names the line`() {
        let missingComma = message(#""eos_token_id": 2,"#, #""eos_token_id": 2"#)
        #expect(missingComma.hasPrefix("c.json:8: not valid JSON: "), "\(missingComma)")
        let cut = message(String(ConfigTexts.llama2.prefix(100)))
        #expect(cut.hasPrefix("c.json:6: not valid JSON: "), "\(cut)")
    }

    @Test func `Every error is one of data and carries file and key`() throws {
        let error = #expect(throws: InputError.self) {
            try TransformerModel(huggingFaceConfig: "{\"model_type\": \"mamba\"}", file: "c.json")
        }
        #expect(error?.category == .data)
        #expect(error?.file == "c.json")
        #expect(error?.key == "model_type")
    }

    // MARK: Architecture

    @Test func `An unknown model_type is answered with the known ones`() {
        #expect(
            message(#""llama""#, #""mamba""#)
                == #"c.json:13: model_type: "mamba" is not supported; expected one of \#(Self.families)"#)
    }

    @Test func `A well-known architecture that is not modelled says why`() {
        #expect(
            message(#""llama""#, #""deepseek_v3""#) == #"c.json:13: model_type: "deepseek_v3" is not supported: "#
                + "it has multi-head latent attention with a compressed key-value cache, which is not modelled; "
                + "expected one of \(Self.families)")
    }

    @Test func `Unknown or missing architectures are named`() {
        let unknown = message(#"{"architectures": ["MambaForCausalLM"]}"#)
        #expect(unknown.hasPrefix("c.json:1: architectures: MambaForCausalLM is not supported; expected one of Falcon"))
        #expect(message("{}") == "c.json:1: model_type: the key is missing; expected one of \(Self.families)")
        #expect(message(#"{"model_type": ["llama"]}"#) == "c.json:1: model_type: found a list; expected a text")
    }

    // MARK: Values

    @Test func `A missing key is named`() {
        #expect(message("  \"hidden_size\": 5120,\n", "") == "c.json:1: hidden_size: the key is missing")
        #expect(message(#""vocab_size": 32000"#, #""vocab_size": null"#) == "c.json:1: vocab_size: the key is missing")
        #expect(
            message("{\"model_type\": \"llava\",\n\"text_config\": {\"model_type\": \"llama\"}}")
                == "c.json:2: text_config.hidden_size: the key is missing")
    }

    @Test func `A value of the wrong type is named`() {
        #expect(
            message(#""hidden_size": 5120"#, #""hidden_size": "wide""#)
                == #"c.json:9: hidden_size: found "wide"; expected a whole number from 1 to 1048576"#)
        #expect(
            message(#""hidden_size": 5120"#, #""hidden_size": [5120]"#)
                == "c.json:9: hidden_size: found a list; expected a whole number from 1 to 1048576")
        #expect(
            message(#""tie_word_embeddings": false"#, #""tie_word_embeddings": 3"#)
                == #"c.json:20: tie_word_embeddings: found "3"; expected true or false"#)
        #expect(message(#""rope_scaling": null"#, #""rope_scaling": 2"#).hasPrefix("c.json:19: rope_scaling: found"))
        #expect(
            message(#""silu""#, #""relu2""#) == #"c.json:8: hidden_act: found "relu2"; expected one of silu, swish, "#
                + "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, gelu_python, gelu_python_tanh, quick_gelu, relu")
    }

    @Test func `Zero, negative, fractional and absurd sizes are refused`() {
        for value in ["0", "-5120", "5120.5", "1000000000000000000", "1e30", "99999999999999999999999"] {
            #expect(
                message(#""hidden_size": 5120"#, #""hidden_size": \#(value)"#)
                    == #"c.json:9: hidden_size: found "\#(value)"; expected a whole number from 1 to 1048576"#)
        }
        #expect(
            message(#""num_hidden_layers": 40"#, #""num_hidden_layers": 10001"#)
                == #"c.json:15: num_hidden_layers: found "10001"; expected a whole number from 1 to 10000"#)
    }

    @Test func `Sizes that are absurd only together are refused`() {
        let text = ConfigTexts.llama2
            .replacing(#""hidden_size": 5120"#, with: #""hidden_size": 1048560"#)
            .replacing(#""num_hidden_layers": 40"#, with: #""num_hidden_layers": 10000"#)
        #expect(
            message(text) == "c.json: totalParameters: found 44414069827288560; "
                + "expected a whole number from 1 to 100000000000000")
    }

    @Test func `Heads must divide`() {
        #expect(
            message(#""num_key_value_heads": 40"#, #""num_key_value_heads": 12"#)
                == "c.json:16: num_key_value_heads: 12 key-value heads do not divide 40 attention heads; "
                + "expected a divisor of 40")
        #expect(
            message(#""num_attention_heads": 40"#, #""num_attention_heads": 7, "x": 1"#)
                .hasPrefix("c.json:16: num_key_value_heads: 40 key-value heads do not divide 7"))
        let heads = ConfigTexts.llama2.replacing(#""num_key_value_heads": 40,"#, with: "")
        #expect(
            message(in: heads, #""num_attention_heads": 40"#, #""num_attention_heads": 7"#)
                == "c.json:14: num_attention_heads: 7 heads do not divide the hidden size 5120; "
                + "expected a divisor of 5120, or a head_dim")
    }

    @Test func `More active experts than experts are refused`() {
        #expect(
            message(in: ConfigTexts.mixtral, #""num_experts_per_tok": 2"#, #""num_experts_per_tok": 9"#)
                == #"c.json:15: num_experts_per_tok: found "9"; expected a whole number from 1 to 8"#)
    }

    @Test func `An odd part of a head cannot be rotated`() {
        let odd = message(in: ConfigTexts.phi2, ": 0.4", ": 0.0875")
        #expect(
            odd == "c.json:20: partial_rotary_factor: 7 of 80 dimensions of a head would be rotated; "
                + "expected an even number of them, 2 or more", "\(odd)")
    }

    // MARK: What is not modelled

    @Test func `OPT-350M is refused for its embedding, and for its norms`() {
        let narrow = #""word_embed_proj_dim": 512"#
        #expect(
            message(in: ConfigTexts.opt, #""word_embed_proj_dim": 2048"#, narrow)
                == "c.json:28: word_embed_proj_dim: an embedding narrower than the hidden size (as in opt-350m) "
                + "is not modelled; expected 2048, as hidden_size")
        #expect(
            message(in: ConfigTexts.opt, #""do_layer_norm_before": true"#, #""do_layer_norm_before": false"#)
                == "c.json:11: do_layer_norm_before: norms after attention and feed-forward (as in opt-350m) "
                + "are not modelled; expected true")
    }

    @Test func `Keys that change the model are refused, not ignored`() {
        func added(_ key: String) -> String { message("\"bos_token_id\": 1,", "\"bos_token_id\": 1, \(key),") }
        #expect(
            added(#""kv_lora_rank": 512"#)
                == "c.json:6: kv_lora_rank: multi-head latent attention is not modelled")
        #expect(
            added(#""num_local_experts": 8"#)
                == "c.json:6: num_local_experts: experts are not modelled for model_type llama")
        #expect(added(#""final_logit_softcapping": 30.0"#).contains("logit soft-capping is not modelled"))
        #expect(added(#""pruned_heads": {"0": [1]}"#).contains("layers of different shapes are not modelled"))
        #expect(
            added(#""layer_types": ["full_attention", "sliding_attention"]"#)
                == "c.json:6: layer_types: attention windows in some layers only are not modelled")
        #expect(
            added(#""layer_types": ["linear_attention"]"#)
                == #"c.json:6: layer_types[0]: found "linear_attention"; "#
                + "expected one of full_attention, sliding_attention")
    }

    @Test func `Windows, experts and Falcons of mixed layers are refused`() {
        let window = ConfigTexts.qwen25.replacing(#""use_sliding_window": false"#, with: #""use_sliding_window": true"#)
        #expect(
            message(in: window, #""max_window_layers": 28"#, #""max_window_layers": 21"#)
                == "c.json:26: use_sliding_window: only the layers from 21 of 28 attend to a sliding window, "
                + "which is not modelled; expected false, or a max_window_layers of 0 or 28")
        #expect(
            message(in: ConfigTexts.qwen3MoE, #""mlp_only_layers": []"#, #""mlp_only_layers": [5]"#)
                == "c.json:17: mlp_only_layers: dense layers after layers with experts are not modelled; "
                + "expected the first layers")
        #expect(
            message(in: ConfigTexts.qwen3MoE, #""decoder_sparse_step": 1"#, #""decoder_sparse_step": 2"#)
                == "c.json:8: decoder_sparse_step: experts in every few layers are not modelled; expected 1")
        #expect(
            message(in: ConfigTexts.falcon7, #""alibi": false"#, #""alibi": true"#)
                == "c.json:2: alibi: ALiBi position biases are not modelled")
    }

    // MARK: Any value

    @Test func `Whatever value a key has, the file is read or refused with its name`() throws {
        let values = ["0", "-1", "3", "7", "1048576", "1e18", "0.3", "null", "true", #""word""#, "[]", "[3]", "{}"]
        let families = ["qwen3-30b-a3b", "opt-1.3b", "phi-2", "falcon-40b", "mistral-7b"]
        for (name, text) in ConfigTexts.all where families.contains(name) {
            for line in text.split(separator: "\n") where line.hasPrefix("  \"") && line.hasSuffix(",") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                for value in values {
                    let changed = text.replacing(line, with: "\(line[...colon]) \(value),")
                    do {
                        try TransformerModel(huggingFaceConfig: changed, file: "c.json").validate()
                    } catch {
                        #expect("\(error)".hasPrefix("c.json"), "\(name): \(line): \(value): \(error)")
                    }
                }
            }
        }
    }
}
