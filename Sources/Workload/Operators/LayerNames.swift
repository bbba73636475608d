/// The names of a block's matrices, as checkpoints of the family call them.
public struct LayerNames: Sendable {
    /// Query, key, value projections in the order of the checkpoint.
    public var queryKeyValue: (query: String, key: String, value: String)
    /// The attention output projection.
    public var output: String
    /// Gate (where there is one), up and down of the feed-forward network.
    public var feedForward: (gate: String, up: String, down: String)

    /// The names of a family.
    public init(family: String) {
        switch family {
        case "opt": self.init(output: "out_proj", up: "fc1", down: "fc2")
        case "phi": self.init(output: "dense", up: "fc1", down: "fc2")
        case "gpt2": self.init(output: "attn.c_proj", up: "mlp.c_fc", down: "mlp.c_proj")
        case "gpt_neox": self.init(output: "dense", up: "dense_h_to_4h", down: "dense_4h_to_h")
        default: self.init(output: "o_proj", up: "up_proj", down: "down_proj")
        }
    }

    private init(output: String, up: String, down: String) {
        queryKeyValue = ("q_proj", "k_proj", "v_proj")
        self.output = output
        feedForward = ("gate_proj", up, down)
    }
}
