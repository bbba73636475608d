/// What the exponent match needs to know of a quad's four lanes.
struct QuadLanes {
    private(set) var largestExponent: Int32 = 0
    private(set) var isNormalized = true
    private(set) var isZero = true
    /// Whether zeros have the smallest exponent, as in binary16.
    private(set) var hasSmallZeros = true

    mutating func add(_ lane: ActivationLane) {
        largestExponent = max(largestExponent, lane.exponent)
        isNormalized = isNormalized && lane.isNormalized
        isZero = isZero && lane.scaled == 0
        hasSmallZeros = hasSmallZeros && (lane.isNormalized || lane.exponent == 1)
    }

    /// 2^(largest exponent) in the scale of the products.
    var floor: Float { Float(bitPattern: UInt32(largestExponent + StepArithmetic.exponentBias) << 23) }
}

/// Follows the exponents of a group's quads in order, to find quads that change nothing and groups without cleared
/// operands.
///
/// The accumulator's exponent E is at least the largest lane exponent of the quads so far. It is at most the largest M, or
/// 2^13 · 2^E is at most the magnitude that all terms so far can reach, 1.5 · steps · 2^16 · 2^significance · 2^M; the
/// factor 1.5 covers the truncations of up to 1024 steps.
struct GroupAnalysis {
    private let maximumLaneExponent: Int32
    private let growth: Int32?
    private var largest: Int32 = 0
    private var smallest = Int32.max
    private var largestRise: Int32 = 0
    /// Zero quads before the first other one, or after quads so small that a zero quad's exponent may exceed theirs.
    private var doubtful: [Int] = []
    /// Zero quads that turned out to matter.
    private(set) var zerosInDoubt: [Int] = []
    private var isEmpty = true

    init(_ layout: KernelLayout) {
        maximumLaneExponent = Int32(layout.maximumLaneExponent)
        let steps = layout.quadsPerGroup * layout.termCount
        growth =
            steps > 1024
            ? nil : 4 + Int32(layout.maximumSignificance) + Int32(Int.bitWidth - steps.leadingZeroBitCount)
    }

    /// The largest exponent that a lane of exponent 1, a subnormal or zero, can reach.
    private var reachOfSmallLanes: Int32 { 1 + maximumLaneExponent }

    func kind(of quad: QuadLanes) -> QuadKind {
        if quad.isZero && quad.hasSmallZeros && (isEmpty || largest >= reachOfSmallLanes) { return .zero }
        let isSafe = quad.isNormalized || quad.hasSmallZeros && quad.largestExponent >= reachOfSmallLanes
        return isSafe ? .normalized : .explicit
    }

    mutating func addZero(at index: Int) {
        if isEmpty { doubtful.append(index) }
    }

    mutating func add(_ quad: QuadLanes) {
        if isEmpty {
            if quad.largestExponent < reachOfSmallLanes {
                zerosInDoubt = doubtful
                if !doubtful.isEmpty { smallest = 1 }
            }
        } else {
            largestRise = max(largestRise, quad.largestExponent + maximumLaneExponent - largest)
        }
        isEmpty = false
        largest = max(largest, quad.largestExponent)
        smallest = min(smallest, quad.largestExponent)
    }

    /// Whether all shifts stay below the limits at which the PE clears operands: 14 for the accumulator, 23 for terms.
    var isNarrow: Bool {
        guard let growth, !isEmpty else { return false }
        return largestRise <= 13 && largest + maximumLaneExponent + growth - smallest <= 22
    }
}
