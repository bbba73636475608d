import Quantization

/// A piece of a conversion that one rank does: some rows of a matrix, or some bytes of a copied tensor.
///
/// Pieces depend on the plan alone, never on the number of ranks, and so do the sums over them.
struct WorkItem: Hashable, Sendable {
    /// The index of the tensor in the plan.
    let tensor: Int
    /// Rows of a quantised matrix, or bytes of a copied tensor.
    let range: Range<Int>

    /// Weights of a piece, rounded up to whole rows: large enough to make a piece's overhead vanish, small enough to
    /// spread one large matrix over many ranks.
    static let usualWeights = 1 << 20
    /// Bytes of a piece of a copied tensor.
    static let bytes = 8 << 20

    /// All pieces of a plan, tensor by tensor; copied tensors without elements have none.
    static func items(of plan: ConversionPlan, weights: Int = usualWeights) -> [WorkItem] {
        plan.tensors.enumerated().flatMap { index, tensor in
            let total = tensor.isQuantized ? tensor.rows : tensor.source.info.bytes.count
            let step =
                if !tensor.isQuantized { bytes } else if plan.scheme.needsWholeMatrices { total } else {
                    max(1, weights / tensor.columns)
                }
            return stride(from: 0, to: total, by: max(step, 1)).map { start in
                WorkItem(tensor: index, range: start..<min(start + step, total))
            }
        }
    }
}

extension Scheme {
    /// Whether rows cannot be quantised apart: one data type is chosen for a whole matrix, or the method takes it as a whole.
    var needsWholeMatrices: Bool { hasOwnMatrix || PackedLayout(self, rows: 1, columns: 1).tensorBytes > 0 }
}
