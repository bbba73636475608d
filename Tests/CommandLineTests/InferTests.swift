import Foundation
import Testing
import _CheckpointTestSupport
import _TestSupport

@Suite struct InferTests {
    /// A random model of one layer, without a vocabulary.
    private func model(_ folder: CheckpointFolder) throws -> String {
        var numbers = SampleNumbers(seed: 21)
        let layer = "model.layers.0."
        let shapes = [
            ("model.embed_tokens", [20, 32]), ("\(layer)self_attn.q_proj", [32, 32]),
            ("\(layer)self_attn.k_proj", [16, 32]), ("\(layer)self_attn.v_proj", [16, 32]),
            ("\(layer)self_attn.o_proj", [32, 32]), ("\(layer)mlp.gate_proj", [40, 32]),
            ("\(layer)mlp.up_proj", [40, 32]), ("\(layer)mlp.down_proj", [32, 40]), ("model.norm", [32]),
            ("\(layer)input_layernorm", [32]), ("\(layer)post_attention_layernorm", [32]),
        ]
        try folder.write(
            shapes.map { name, shape in
                SampleTensor("\(name).weight", .float16, shape, numbers.weights(shape.reduce(1, *), deviation: 0.5))
            }, to: "model.safetensors")
        let config = """
            {"model_type": "llama", "_name_or_path": "tiny", "hidden_size": 32, "num_hidden_layers": 1,
             "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 40, "vocab_size": 20,
             "max_position_embeddings": 64, "tie_word_embeddings": true}
            """
        try folder.write(Array(config.utf8), to: "config.json")
        try folder.write(Array("[3, 1, 4, 1, 5]".utf8), to: "ids.json")
        return folder.url.path
    }

    private let exact = ["--scheme", "bitmod-4b", "--group-size", "16", "--chips", "3"]

    @Test(.timeLimit(.minutes(2)), .enabled(if: MPIRun.isAvailable, "no MPI launcher"))
    func `Tokens, logits and perplexity are byte-identical for 1, 2, 3 and 8 ranks`() throws {
        let folder = try CheckpointFolder()
        let path = try model(folder)
        func run(_ ranks: Int, _ more: [String]) throws -> (String, [UInt8], String) {
            let common = [path, "--token-ids", folder.path("ids.json"), "--json", "-"] + more
            let infer = try Program.run(
                ranks: ranks, ["infer", "--tokens", "2", "--logits", folder.path("logits.npy")] + common)
            #expect(infer.status == 0, "\(infer.err)")
            let perplexity = try Program.run(ranks: ranks, ["perplexity", "--context", "4"] + common)
            #expect(perplexity.status == 0, "\(perplexity.err)")
            return (infer.out, try folder.bytes("logits.npy"), perplexity.out)
        }
        let pruned = [
            "--scheme", "bitmod-4b", "--group-size", "16", "--chips", "2", "--prune", "0.5", "--prune-layers", "0..0",
        ]
        for more in [exact, pruned] {
            let alone = try run(0, more)
            for ranks in [1, 2, 3, 8] {
                let result = try run(ranks, more)
                #expect(result == alone, "\(ranks) ranks")
            }
        }
    }

    @Test func `The documents hold the documented keys, and the logits a row for each position`() throws {
        let folder = try CheckpointFolder()
        let path = try model(folder)
        let ids = ["--token-ids", folder.path("ids.json")]
        let infer = try Program.run(
            ["infer", path, "--tokens", "3", "--logits", folder.path("logits.npy"), "--json", "-"] + ids)
        let document = try #require(try infer.json())
        #expect(document["schema"] as? String == "bitmod-dist.infer/1")
        #expect(document["model"] as? String == "tiny" && document["arithmetic"] as? String == "float")
        #expect(document["promptTokens"] as? [Int] == [3, 1, 4, 1, 5])
        #expect((document["tokens"] as? [Int])?.count == 3 && document["text"] is NSNull)
        #expect(document["scheme"] is NSNull && document["kvScheme"] is NSNull && document["chips"] as? Int == 1)
        let file = try folder.bytes("logits.npy")
        #expect(
            String(decoding: file.prefix(128), as: UTF8.self).contains(
                "'descr': '<f4', 'fortran_order': False, 'shape': (7, 20)"))
        #expect(file.count % 64 == (7 * 20 * 4) % 64 && file.count >= 64 + 7 * 20 * 4)
        let perplexity = try Program.run(
            ["perplexity", path, "--scheme", "int8", "--arithmetic", "float", "--json", "-"] + ids)
        let second = try #require(try perplexity.json())
        #expect(second["schema"] as? String == "bitmod-dist.perplexity/1" && second["tokens"] as? Int == 4)
        #expect(second["windows"] as? Int == 1 && second["context"] as? Int == 64)
        #expect(second["perplexity"] is Double && second["meanNegativeLogLikelihood"] is Double)
        #expect((second["scheme"] as? [String: Any])?["name"] as? String == "int8")
    }

    @Test(arguments: [[], ["--prune", "0.5", "--prune-layers", "0..0"]])
    func `Time and energy are those of the same run without weights`(pruning: [String]) throws {
        let folder = try CheckpointFolder()
        let path = try model(folder)
        let ids = ["--token-ids", folder.path("ids.json"), "--json", "-"]
        // Two of four heads are left for two chips.
        let divided = pruning.isEmpty ? exact : ["--scheme", "bitmod-4b", "--group-size", "16", "--chips", "2"]
        #expect(
            (try Program.run(["infer", path, "--tokens", "1"] + pruning + ids.prefix(2)).out.contains(
                "pruning     LLM-Pruner, L2 importance, no recovery training, 0.5 of layers 0-0:")) == !pruning.isEmpty)
        let infer = try Program.run(
            ["infer", path, "--tokens", "4", "--ignore-end", "--compare", "float"] + pruning + divided + ids)
        let document = try #require(try infer.json())
        let found = try #require(document["hardware"] as? [String: Any])
        let run = try Program.run(
            [
                "run", folder.path("config.json"), "--prompt", "5", "--generate", "3", "--head-scheme", "int8",
                "--parallel", pruning.isEmpty ? "tp3" : "tp2", "--micro-batches", "1", "--json", "-",
            ] + pruning + divided)
        let expected = try #require(try run.json())
        for key in ["phases", "totals", "chips", "plan"] {
            #expect(
                NSDictionary(object: try #require(found[key]), forKey: key as NSString)
                    == NSDictionary(object: try #require(expected[key]), forKey: key as NSString), "\(key)")
        }
        let agreement = try #require(document["agreement"] as? [String: Any])
        #expect(agreement["positions"] as? Int == 4 && agreement["with"] as? String == "float")
        let refused = try Program.run(["infer", path, "--tokens", "1", "--kv-scheme", "fp16"] + exact + ids)
        let other = try #require(try refused.json())
        #expect(other["hardware"] is NSNull && (other["hardwareRefusal"] as? String)?.contains("fp16") == true)
    }

    @Test func `Answers of a batch and statistics are written`() throws {
        let folder = try CheckpointFolder()
        let path = try model(folder)
        let result = try Program.run(
            [
                "infer", path, "--token-ids", folder.path("ids.json"), "--tokens", "3", "--ignore-end", "--batch", "3",
                "--temperature", "1", "--calibrate", folder.path("statistics.safetensors"), "--second-moments",
                "--json", "-",
            ])
        let document = try #require(try result.json())
        let answers = try #require(document["answers"] as? [[String: Any]])
        #expect(answers.count == 3 && answers.allSatisfy { ($0["tokens"] as? [Int])?.count == 3 })
        #expect(answers[0]["tokens"] as? [Int] == document["tokens"] as? [Int])
        #expect(try folder.bytes("statistics.safetensors").count > 4 * 40 * 40)
    }

    @Test func `What is computed in integers between the products is named`() throws {
        let folder = try CheckpointFolder()
        let ids = [try model(folder), "--token-ids", folder.path("ids.json"), "--arithmetic", "float", "--scheme"]
        for (scheme, name) in [("i-llm-8b", "integer"), ("smoothquant", "binary32")] {
            let text = try Program.run(["infer"] + ids + [scheme, "--tokens", "2"])
            #expect(text.out.contains("binary32 KV cache, integer non-linear operators\n") == (name == "integer"))
            let document = try #require(try Program.run(["perplexity"] + ids + [scheme, "--json", "-"]).json())
            #expect(document["nonLinear"] as? String == name)
        }
    }

    @Test func `Numbers stand in for text where there is no vocabulary`() throws {
        let folder = try CheckpointFolder()
        let path = try model(folder)
        let result = try Program.run(["infer", path, "--token-ids", folder.path("ids.json"), "--tokens", "2"])
        #expect(
            result.status == 0
                && result.out.contains("arithmetic  float, weights as stored, head as stored, binary32 KV cache"))
        let text = try Program.run(["infer", path, "--prompt", "a"])
        #expect(text.status == 66 && text.ownLines.count == 1 && text.err.contains("tokenizer.json: no such file"))
    }

    @Test func `Mistakes end with one line and the right code`() throws {
        let folder = try CheckpointFolder()
        let path = try model(folder)
        let ids = ["--token-ids", folder.path("ids.json")]
        let other = try folder.write(Array("[99]".utf8), to: "other.json")
        let broken = try folder.write(Array("GGUF....".utf8), to: "broken.gguf")
        let cases: [(Int32, String, [String])] = [
            (64, "--prompt: there is no prompt", ["infer", path]),
            (64, "--prompt: there is --token-ids too", ["infer", path, "--prompt", "a"] + ids),
            (64, "--tokens: a prompt of 5 tokens and 60 more exceed", ["infer", path, "--tokens", "60"] + ids),
            (64, "--scheme: weights as stored do not run", ["infer", path, "--arithmetic", "exact"] + ids),
            (64, "--kv-scheme: mx-fp4 is no scheme for", ["infer", path, "--kv-scheme", "mx-fp4"] + ids),
            (64, "--group-size: there is no --scheme", ["infer", path, "--group-size", "64"] + ids),
            (64, "--top-p: found 2.0", ["infer", path, "--top-p", "2"] + ids),
            (64, "--context: found 65", ["perplexity", path, "--context", "65"] + ids),
            (65, "99 is no token of the model", ["infer", path, "--token-ids", other]),
            (65, "no list of token numbers", ["infer", path, "--token-ids", folder.path("config.json")]),
            (65, "broken.gguf: at byte 4", ["infer", broken, "--prompt", "a"]),
            (66, "no such file", ["infer", folder.path("none.gguf"), "--prompt", "a"]),
            (66, "no such file", ["perplexity", path, "--token-ids", folder.path("none.json")]),
            (73, "the folder does not exist", ["infer", path, "--logits", "/nowhere/a.npy"] + ids),
        ]
        for (code, text, arguments) in cases {
            let result = try Program.run(arguments)
            #expect(result.status == code && result.ownLines.count == 1 && result.err.contains(text), "\(result.err)")
            #expect(result.out.isEmpty)
        }
    }
}
