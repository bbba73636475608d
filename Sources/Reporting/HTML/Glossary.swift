/// The words that pages use.
enum Glossary {
    private static let words: [(String, String)] = [
        ("Chip", "One simulated accelerator with its own DRAM."),
        (
            "PE, PE array",
            "Processing element: four lanes that multiply activations by bit-serial weights and add up. The array is all PEs "
                + "of a chip."
        ),
        ("DRAM", "The memory of a chip outside of it: weights, and keys and values."),
        (
            "Vector unit",
            "The part of a chip for norms, softmax, activation functions and sums; shown where it works alone."
        ),
        ("Prefill", "All prompt tokens go through the model at once; ends with the first new token."),
        ("Decode", "One new token of each sequence per step."),
        ("Time to first token", "The time of prefill."),
        ("Time per output token", "The time of decode divided by its steps."),
        (
            "Energy per output token",
            "All energy of all chips, prefill included, divided by the tokens that decode generates for all sequences."
        ),
        ("KV cache", "Keys and values of all tokens so far, which attention reads again in every step."),
        ("Batch", "Sequences that are served at the same time."),
        ("Scheme", "How weights, or keys and values, are stored: number format, bits, scales."),
        ("MAC", "Multiply-add: one multiplication and one addition."),
        (
            "tp, pp, dp, ep, sp",
            "How the model is divided. tp8, tensor parallel: eight chips share each layer. pp4, pipeline parallel: four "
                + "groups of chips take layers in turn. dp2, data parallel: two copies of the model share the batch. ep4, "
                + "expert parallel: experts are placed on four groups. sp, sequence parallel: chips of a tp group share "
                + "tokens in norms and sums."
        ),
        (
            "Exchange, collective",
            "What chips send each other, such as an all-reduce: every chip gets the sum of all vectors."
        ),
        (
            "Communication",
            "The part of exchanges that sticks out behind the work of the slowest chip; what hides behind work is left out."
        ),
        ("Idle", "Waiting for slower chips of the group, or for other pipeline stages or replicas."),
        ("Buffers", "The weight buffer and the activation buffer of a chip."),
        ("Static", "Leakage, and the clock of PEs that do nothing."),
        ("Micro-batch", "A part of the batch on its way through a pipeline."),
    ]

    /// The last section of every page.
    static var section: HTMLPage.Section {
        let list = words.map { "<dt>\(SVG.escaped($0.0))</dt><dd>\(SVG.escaped($0.1))</dd>\n" }.joined()
        return HTMLPage.Section(
            name: "words", title: "Words", items: [.html("<dl class=\"words\">\n" + list + "</dl>\n")])
    }
}
