/// Texts of `config.json` as published with the checkpoints, under the names of the registry.
enum ConfigTexts {
    static let all: [(name: String, text: String)] = [
        ("llama-2-13b", llama2), ("llama-3-8b", llama3), ("mistral-7b", mistral), ("mixtral-8x7b", mixtral),
        ("qwen2.5-7b", qwen25), ("qwen3-30b-a3b", qwen3MoE), ("qwen3-8b", qwen3), ("opt-1.3b", opt),
        ("phi-2", phi2), ("smollm2-135m", smolLM2), ("gpt2", gpt2), ("falcon-7b", falcon7), ("falcon-40b", falcon40),
    ]

    static let llama2 = """
        {
          "_name_or_path": "meta-llama/Llama-2-13b-hf",
          "architectures": [
            "LlamaForCausalLM"
          ],
          "bos_token_id": 1,
          "eos_token_id": 2,
          "hidden_act": "silu",
          "hidden_size": 5120,
          "initializer_range": 0.02,
          "intermediate_size": 13824,
          "max_position_embeddings": 4096,
          "model_type": "llama",
          "num_attention_heads": 40,
          "num_hidden_layers": 40,
          "num_key_value_heads": 40,
          "pretraining_tp": 1,
          "rms_norm_eps": 1e-05,
          "rope_scaling": null,
          "tie_word_embeddings": false,
          "torch_dtype": "float16",
          "transformers_version": "4.31.0.dev0",
          "use_cache": true,
          "vocab_size": 32000
        }
        """

    static let llama3 = """
        {
          "architectures": [
            "LlamaForCausalLM"
          ],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "bos_token_id": 128000,
          "eos_token_id": 128001,
          "hidden_act": "silu",
          "hidden_size": 4096,
          "initializer_range": 0.02,
          "intermediate_size": 14336,
          "max_position_embeddings": 8192,
          "model_type": "llama",
          "num_attention_heads": 32,
          "num_hidden_layers": 32,
          "num_key_value_heads": 8,
          "pretraining_tp": 1,
          "rms_norm_eps": 1e-05,
          "rope_scaling": null,
          "rope_theta": 500000.0,
          "tie_word_embeddings": false,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.40.0.dev0",
          "use_cache": true,
          "vocab_size": 128256
        }
        """

    static let mistral = """
        {
          "architectures": [
            "MistralForCausalLM"
          ],
          "bos_token_id": 1,
          "eos_token_id": 2,
          "hidden_act": "silu",
          "hidden_size": 4096,
          "initializer_range": 0.02,
          "intermediate_size": 14336,
          "max_position_embeddings": 32768,
          "model_type": "mistral",
          "num_attention_heads": 32,
          "num_hidden_layers": 32,
          "num_key_value_heads": 8,
          "rms_norm_eps": 1e-05,
          "rope_theta": 10000.0,
          "sliding_window": 4096,
          "tie_word_embeddings": false,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.34.0.dev0",
          "use_cache": true,
          "vocab_size": 32000
        }
        """

    static let mixtral = """
        {
          "architectures": [
            "MixtralForCausalLM"
          ],
          "attention_dropout": 0.0,
          "bos_token_id": 1,
          "eos_token_id": 2,
          "hidden_act": "silu",
          "hidden_size": 4096,
          "initializer_range": 0.02,
          "intermediate_size": 14336,
          "max_position_embeddings": 32768,
          "model_type": "mixtral",
          "num_attention_heads": 32,
          "num_experts_per_tok": 2,
          "num_hidden_layers": 32,
          "num_key_value_heads": 8,
          "num_local_experts": 8,
          "output_router_logits": false,
          "rms_norm_eps": 1e-05,
          "rope_theta": 1000000.0,
          "router_aux_loss_coef": 0.02,
          "sliding_window": null,
          "tie_word_embeddings": false,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.36.0.dev0",
          "use_cache": true,
          "vocab_size": 32000
        }
        """

    static let qwen25 = """
        {
          "architectures": [
            "Qwen2ForCausalLM"
          ],
          "attention_dropout": 0.0,
          "bos_token_id": 151643,
          "eos_token_id": 151643,
          "hidden_act": "silu",
          "hidden_size": 3584,
          "initializer_range": 0.02,
          "intermediate_size": 18944,
          "max_position_embeddings": 131072,
          "max_window_layers": 28,
          "model_type": "qwen2",
          "num_attention_heads": 28,
          "num_hidden_layers": 28,
          "num_key_value_heads": 4,
          "rms_norm_eps": 1e-06,
          "rope_theta": 1000000.0,
          "sliding_window": 131072,
          "tie_word_embeddings": false,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.40.1",
          "use_cache": true,
          "use_mrope": false,
          "use_sliding_window": false,
          "vocab_size": 152064
        }
        """

    static let qwen3 = """
        {
          "architectures": [
            "Qwen3ForCausalLM"
          ],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "bos_token_id": 151643,
          "eos_token_id": 151645,
          "head_dim": 128,
          "hidden_act": "silu",
          "hidden_size": 4096,
          "initializer_range": 0.02,
          "intermediate_size": 12288,
          "max_position_embeddings": 40960,
          "max_window_layers": 36,
          "model_type": "qwen3",
          "num_attention_heads": 32,
          "num_hidden_layers": 36,
          "num_key_value_heads": 8,
          "rms_norm_eps": 1e-06,
          "rope_scaling": null,
          "rope_theta": 1000000,
          "sliding_window": null,
          "tie_word_embeddings": false,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.51.0",
          "use_cache": true,
          "use_sliding_window": false,
          "vocab_size": 151936
        }
        """

    static let qwen3MoE = """
        {
          "architectures": [
            "Qwen3MoeForCausalLM"
          ],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "bos_token_id": 151643,
          "decoder_sparse_step": 1,
          "eos_token_id": 151645,
          "head_dim": 128,
          "hidden_act": "silu",
          "hidden_size": 2048,
          "initializer_range": 0.02,
          "intermediate_size": 6144,
          "max_position_embeddings": 40960,
          "max_window_layers": 48,
          "mlp_only_layers": [],
          "model_type": "qwen3_moe",
          "moe_intermediate_size": 768,
          "norm_topk_prob": true,
          "num_attention_heads": 32,
          "num_experts": 128,
          "num_experts_per_tok": 8,
          "num_hidden_layers": 48,
          "num_key_value_heads": 4,
          "output_router_logits": false,
          "rms_norm_eps": 1e-06,
          "rope_scaling": null,
          "rope_theta": 1000000.0,
          "router_aux_loss_coef": 0.001,
          "sliding_window": null,
          "tie_word_embeddings": false,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.51.0",
          "use_cache": true,
          "use_sliding_window": false,
          "vocab_size": 151936
        }
        """

    static let opt = """
        {
          "_name_or_path": "facebook/opt-1.3b",
          "_remove_final_layer_norm": false,
          "activation_dropout": 0.0,
          "activation_function": "relu",
          "architectures": [
            "OPTForCausalLM"
          ],
          "attention_dropout": 0.0,
          "bos_token_id": 2,
          "do_layer_norm_before": true,
          "dropout": 0.1,
          "eos_token_id": 2,
          "ffn_dim": 8192,
          "hidden_size": 2048,
          "init_std": 0.02,
          "layerdrop": 0.0,
          "max_position_embeddings": 2048,
          "model_type": "opt",
          "num_attention_heads": 32,
          "num_hidden_layers": 24,
          "pad_token_id": 1,
          "prefix": "</s>",
          "torch_dtype": "float16",
          "transformers_version": "4.21.0.dev0",
          "use_cache": true,
          "vocab_size": 50272,
          "word_embed_proj_dim": 2048
        }
        """

    static let phi2 = """
        {
          "_name_or_path": "microsoft/phi-2",
          "architectures": [
            "PhiForCausalLM"
          ],
          "attention_dropout": 0.0,
          "bos_token_id": 50256,
          "embd_pdrop": 0.0,
          "eos_token_id": 50256,
          "hidden_act": "gelu_new",
          "hidden_size": 2560,
          "initializer_range": 0.02,
          "intermediate_size": 10240,
          "layer_norm_eps": 1e-05,
          "max_position_embeddings": 2048,
          "model_type": "phi",
          "num_attention_heads": 32,
          "num_hidden_layers": 32,
          "num_key_value_heads": 32,
          "partial_rotary_factor": 0.4,
          "qk_layernorm": false,
          "resid_pdrop": 0.1,
          "rope_scaling": null,
          "rope_theta": 10000.0,
          "tie_word_embeddings": false,
          "torch_dtype": "float16",
          "transformers_version": "4.37.0",
          "use_cache": true,
          "vocab_size": 51200
        }
        """

    static let smolLM2 = """
        {
          "architectures": [
            "LlamaForCausalLM"
          ],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "bos_token_id": 0,
          "eos_token_id": 0,
          "hidden_act": "silu",
          "hidden_size": 576,
          "initializer_range": 0.041666666666666664,
          "intermediate_size": 1536,
          "is_llama_config": true,
          "max_position_embeddings": 8192,
          "model_type": "llama",
          "num_attention_heads": 9,
          "num_hidden_layers": 30,
          "num_key_value_heads": 3,
          "pretraining_tp": 1,
          "rms_norm_eps": 1e-05,
          "rope_interleaved": false,
          "rope_scaling": null,
          "rope_theta": 100000,
          "tie_word_embeddings": true,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.40.1",
          "use_cache": true,
          "vocab_size": 49152
        }
        """

    static let gpt2 = """
        {
          "activation_function": "gelu_new",
          "architectures": [
            "GPT2LMHeadModel"
          ],
          "attn_pdrop": 0.1,
          "bos_token_id": 50256,
          "embd_pdrop": 0.1,
          "eos_token_id": 50256,
          "initializer_range": 0.02,
          "layer_norm_epsilon": 1e-05,
          "model_type": "gpt2",
          "n_ctx": 1024,
          "n_embd": 768,
          "n_head": 12,
          "n_layer": 12,
          "n_positions": 1024,
          "resid_pdrop": 0.1,
          "summary_activation": null,
          "summary_first_dropout": 0.1,
          "summary_proj_to_labels": true,
          "summary_type": "cls_index",
          "summary_use_proj": true,
          "task_specific_params": {
            "text-generation": {
              "do_sample": true,
              "max_length": 50
            }
          },
          "vocab_size": 50257
        }
        """

    static let falcon7 = """
        {
          "alibi": false,
          "apply_residual_connection_post_layernorm": false,
          "architectures": [
            "FalconForCausalLM"
          ],
          "attention_dropout": 0.0,
          "bias": false,
          "bos_token_id": 11,
          "eos_token_id": 11,
          "hidden_dropout": 0.0,
          "hidden_size": 4544,
          "initializer_range": 0.02,
          "layer_norm_epsilon": 1e-05,
          "model_type": "falcon",
          "multi_query": true,
          "new_decoder_architecture": false,
          "num_attention_heads": 71,
          "num_hidden_layers": 32,
          "parallel_attn": true,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.27.4",
          "use_cache": true,
          "vocab_size": 65024
        }
        """

    static let falcon40 = """
        {
          "alibi": false,
          "architectures": [
            "FalconForCausalLM"
          ],
          "attention_dropout": 0.0,
          "bias": false,
          "bos_token_id": 11,
          "eos_token_id": 11,
          "hidden_dropout": 0.0,
          "hidden_size": 8192,
          "initializer_range": 0.02,
          "layer_norm_epsilon": 1e-05,
          "model_type": "falcon",
          "new_decoder_architecture": true,
          "num_attention_heads": 128,
          "num_hidden_layers": 60,
          "num_kv_heads": 8,
          "parallel_attn": true,
          "torch_dtype": "bfloat16",
          "transformers_version": "4.27.4",
          "use_cache": true,
          "vocab_size": 65024
        }
        """
}
