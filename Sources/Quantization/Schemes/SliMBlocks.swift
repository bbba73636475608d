/// How many of SliM-LLM's blocks have other widths than the rest.
public enum SliMBlocks {
    /// The usual pairs of a narrower and a wider block in a row of so many columns: a tenth of the whole blocks, and one at
    /// least.
    ///
    /// The published search, which needs samples of activations, tries all numbers from one to half the blocks less one, by
    /// the divergence of outputs. Without weights or without samples it is this number, which follows from the shape alone.
    public static func pairs(columns: Int, blockSize: Int = 128) -> Int {
        let blocks = columns / blockSize
        return blocks < 4 ? 0 : max(1, (blocks + 5) / 10)
    }
}
