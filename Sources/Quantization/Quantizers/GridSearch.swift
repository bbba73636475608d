/// The candidates of a scheme whose groups choose among grids by their error: what does not change from group to group.
struct GridSearch {
    /// The grids in the order of the search.
    let formats: [NumberFormat]
    /// Half-way ratios round to even for integers (`torch.round`), down for grids.
    let tiesToEven: Bool
    /// The distinct largest magnitudes, in order of appearance: grids that share one share scale and ratios.
    let families: [Float]
    /// For each grid the index of its family.
    let familyOfFormat: [Int]
    /// Whether all grids share the row's second-level scale, although their largest magnitudes differ.
    let sharesRowScale: Bool

    init(_ scheme: Scheme) {
        formats = scheme.formats
        tiesToEven = if case .integer = scheme.family { true } else { false }
        var families: [Float] = []
        familyOfFormat = formats.map { format in
            let maximum = Float(format.maximumMagnitude)
            if let index = families.firstIndex(of: maximum) { return index }
            families.append(maximum)
            return families.count - 1
        }
        self.families = families
        sharesRowScale = if case .antPerGroup = scheme.family { true } else { false }
    }

    /// The published start value of the search: a candidate whose error is not below it is not chosen.
    static let startError: Float = 1000
    /// The published limits of a group's scale, as binary16.
    static let scaleLimits: ClosedRange<Float> = roundedToHalf(1e-5)...1e4
}
