extension TransformerModel {
    /// Ranges outside which a number is taken for a mistake.
    ///
    /// Sizes of the largest models known are a tenth of these or less. The limits are chosen so that no count derived from a valid
    /// model overflows: the largest product, layers times matrices times hidden size times width of all experts, is
    /// below 2^62.
    public enum Limits {
        /// Elements of the hidden vector.
        public static let hiddenSize = 1...1 << 20
        /// Blocks.
        public static let layers = 1...10_000
        /// Query, key or value heads.
        public static let heads = 1...1 << 16
        /// Elements per head.
        public static let headDimension = 1...1 << 16
        /// Elements of all query heads together.
        public static let queryDimension = 1...1 << 22
        /// Width of a feed-forward network.
        public static let intermediateSize = 1...1 << 22
        /// Experts per layer.
        public static let experts = 1...1 << 16
        /// Width of all experts of a layer together.
        public static let totalExpertSize = 1...1 << 26
        /// Rows of the embedding.
        public static let vocabularySize = 1...1 << 24
        /// Positions, rows of a position table, or tokens of a window.
        public static let positions = 1...1 << 30
        /// Norms in one block.
        public static let normsPerLayer = 1...4
        /// Learned values of the model.
        public static let totalParameters = 1...100_000_000_000_000
    }
}
