import Quantization

/// Activations [tokens x columns] in the form in which the kernel multiplies them, made once for all rows.
///
/// Four lanes per quad; the lanes that pad a group's last quad are zero.
public struct PreparedActivations: Sendable {
    /// How rows are cut into groups and quads.
    public let layout: KernelLayout
    /// The number of tokens.
    public let tokens: Int

    /// Magnitudes of the activations times 2^96 [tokens x quads x 4].
    let magnitudes: [Float]
    /// Signs of each quad's activations in the places of a term word [tokens x quads].
    let signs: [UInt32]
    /// 2^(lane exponent) times 2^96 [tokens x quads x 4]; empty if all quads are `normalized`.
    let powers: [Float]
    /// 2^(largest lane exponent of the quad), in the scale of the products [tokens x quads].
    let floors: [Float]
    /// [tokens x quads]
    let kinds: [QuadKind]
    /// Whether the PE clears no shifted operand in the group [tokens x groups].
    let isNarrow: [Bool]
    /// The sums of the groups' activations, added in order in binary32 [tokens x groups]: the group-sum unit.
    let groupSums: [Float]
    /// Whether a token has an infinity or NaN [tokens].
    let hasNonFinite: [Bool]

    /// binary16 activations.
    ///
    /// - Parameters:
    ///   - activations: token by token [tokens x columns].
    ///   - layout: the layout of the weights.
    /// - Precondition: `activations.count == tokens * layout.columns`.
    public init(_ activations: [Float16], tokens: Int, layout: KernelLayout) {
        self.init(tokens: tokens, layout: layout, count: activations.count) { index in
            ActivationLane(bits: activations[index].bitPattern)
        }
    }

    /// Integer activations, which all have the exponent 25 (`PEActivations(integers:)`).
    ///
    /// - Parameters:
    ///   - activations: token by token [tokens x columns].
    ///   - layout: the layout of the weights.
    /// - Precondition: −2047 ≤ each activation ≤ 2047; `activations.count == tokens * layout.columns`.
    public init(integers activations: [Int], tokens: Int, layout: KernelLayout) {
        self.init(tokens: tokens, layout: layout, count: activations.count) { index in
            ActivationLane(integer: activations[index])
        }
    }

    private init(tokens: Int, layout: KernelLayout, count: Int, lane: (Int) -> ActivationLane) {
        precondition(count == tokens * layout.columns, "an activation for every token and column")
        self.layout = layout
        self.tokens = tokens
        let quads = layout.quads
        var magnitudes = [Float](repeating: 0, count: tokens * quads * 4)
        var signs = [UInt32](repeating: 0, count: tokens * quads)
        var powers = magnitudes
        var floors = [Float](repeating: 0, count: tokens * quads)
        var kinds = [QuadKind](repeating: .normalized, count: tokens * quads)
        var isNarrow = [Bool](repeating: false, count: tokens * layout.groups)
        var groupSums = [Float](repeating: 0, count: tokens * layout.groups)
        var hasNonFinite = [Bool](repeating: false, count: tokens)
        let padding = count > 0 ? lane(0).padding : ActivationLane(bits: 0)
        for token in 0..<tokens {
            for group in 0..<layout.groups {
                let columns = layout.columns(ofGroup: group)
                var analysis = GroupAnalysis(layout)
                var sum: Float = 0
                for quad in layout.quads(ofGroup: group) {
                    let first = columns.lowerBound + (quad - group * layout.quadsPerGroup) * 4
                    let index = token * quads + quad
                    var quadLanes = QuadLanes()
                    var scaled = SIMD4<Float>(repeating: 0)
                    for offset in 0..<4 {
                        let column = first + offset
                        let value = column < columns.upperBound ? lane(token * layout.columns + column) : padding
                        if column < columns.upperBound { sum += value.value }
                        hasNonFinite[token] = hasNonFinite[token] || value.isNonFinite
                        magnitudes[index * 4 + offset] = value.scaled.magnitude
                        scaled[offset] = value.scaled
                        powers[index * 4 + offset] = value.power
                        quadLanes.add(value)
                    }
                    signs[index] = TermWord.signs(of: scaled)
                    floors[index] = quadLanes.floor
                    kinds[index] = analysis.kind(of: quadLanes)
                    if kinds[index] == .zero { analysis.addZero(at: index) } else { analysis.add(quadLanes) }
                }
                for index in analysis.zerosInDoubt { kinds[index] = .explicit }
                isNarrow[token * layout.groups + group] = analysis.isNarrow
                groupSums[token * layout.groups + group] = sum
            }
        }
        self.magnitudes = magnitudes
        self.signs = signs
        self.powers = kinds.contains { $0 != .normalized } ? powers : []
        self.floors = floors
        self.kinds = kinds
        self.isNarrow = isNarrow
        self.groupSums = groupSums
        self.hasNonFinite = hasNonFinite
    }
}
