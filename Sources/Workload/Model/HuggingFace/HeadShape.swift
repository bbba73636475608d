/// Heads and their sizes, as read from a file.
struct HeadShape {
    var hiddenSize: Int
    var attentionHeads: Int
    var kvHeads: Int
    var headDimension: Int
}
