/// Binary coding of a group of weights: w ≈ Σ α_i b_i with b_i = ±1, as ShiftAddLLM solves it (You et al., NeurIPS 2024;
/// `quantize_shift` in `quantizers/bcq_quant/bcq_shift.py`).
///
/// Greedy start: b = sign(r), α = mean|r|, r −= α b, plane by plane. Then in each round the scales for the given signs,
/// (BᵀB) α = Bᵀw, by as many steps of conjugate gradients as there are planes from the last scales on; their magnitudes in
/// falling order, each rounded to a sum of powers of two; then for each weight the signs of the nearest of the 2^q sums,
/// half-way the upper one. One plane keeps the greedy start. Computed in binary32 as published; sums over the weights of a
/// group are taken in binary64 and rounded once.
///
/// A group is a vector: 16 outputs by 8 inputs in the paper's fast form, 128 outputs of one input in its accurate one.
public struct BinaryCodingSolver: Sendable, Hashable {
    /// How a scale α is stored.
    public enum AlphaForm: Sendable, Hashable {
        /// A sum of 1…3 powers of two, a byte for each; the published code rounds to it in every round.
        case powersOfTwo(terms: Int)
        /// A binary16 number: rounded once behind the last round, then the signs are chosen again.
        case float16
        /// A binary32 number, unrounded.
        case float32

        /// Bits of one scale.
        public var bits: Int {
            switch self {
            case .powersOfTwo(let terms): 8 * terms
            case .float16: 16
            case .float32: 32
            }
        }

        /// Powers of two of one scale; 0 for numbers.
        var terms: Int { if case .powersOfTwo(let terms) = self { terms } else { 0 } }

        /// Whether the form exists.
        var isValid: Bool { if case .powersOfTwo(let terms) = self { (1...3).contains(terms) } else { true } }
    }

    /// A solved group.
    public struct Group: Sendable, Hashable {
        /// The scales, the largest first [planes].
        public var alphas: [Float]
        /// The terms of the scales [planes x terms]; empty for scales that are numbers.
        public var terms: [PowerOfTwoTerm]
        /// For each weight the planes with −1: bit i is plane i.
        public var codes: [UInt8]
    }

    /// Planes of signs, 1…4.
    public let planes: Int
    /// Rounds of refinement; the published scripts use 50.
    public let rounds: Int
    /// How scales are stored.
    public let alphaForm: AlphaForm

    /// A solver.
    ///
    /// - Precondition: 1 ≤ `planes` ≤ 4, `rounds` is not negative, a sum has 1…3 powers of two.
    public init(planes: Int, rounds: Int = 50, alphaForm: AlphaForm = .powersOfTwo(terms: 3)) {
        precondition((1...4).contains(planes) && rounds >= 0 && alphaForm.isValid, "1 to 4 planes, 1 to 3 terms")
        self.planes = planes
        self.rounds = rounds
        self.alphaForm = alphaForm
    }

    /// Solves one group; `nil` if a scale is beyond its form.
    ///
    /// - Precondition: the weights are finite.
    public func solve(_ weights: [Float]) -> Group? { weights.withUnsafeBufferPointer { solve($0) } }

    /// Solves one group in memory that the caller owns; `nil` if a scale is beyond its form.
    ///
    /// - Precondition: the weights are finite.
    public func solve(_ weights: UnsafeBufferPointer<Float>) -> Group? {
        var (alphas, equations) = greedy(weights)
        var terms: [[PowerOfTwoTerm]]?
        if planes > 1, rounds > 0 {
            var codes: [UInt8]?
            for _ in 0..<rounds {
                guard let next = refined(alphas, equations) else { return nil }
                let nextCodes = Self.codes(of: weights, alphas: next.alphas)
                // Equal scales and signs lead to themselves in all further rounds.
                let isSettled = next.alphas == alphas && nextCodes == codes
                (alphas, terms, codes) = (next.alphas, next.terms, nextCodes)
                if isSettled { break }
                equations = NormalEquations(weights, codes: nextCodes, planes: planes)
            }
        }
        return finished(weights, alphas, terms)
    }

    /// For each weight the signs of the nearest sum of scales; see ``Group/codes``.
    public static func codes(of weights: UnsafeBufferPointer<Float>, alphas: [Float]) -> [UInt8] {
        let sums = SignedSums(alphas)
        return weights.map { sums.code(nearest: $0) }
    }

    private func greedy(_ weights: UnsafeBufferPointer<Float>) -> ([Float], NormalEquations) {
        var rest = Array(weights)
        var signs: [[Int8]] = []
        var alphas: [Float] = []
        for _ in 0..<planes {
            let alpha = Float(rest.reduce(0.0) { $0 + Double($1.magnitude) } / Double(max(rest.count, 1)))
            let plane = rest.map { value -> Int8 in value > 0 ? 1 : value < 0 ? -1 : 0 }
            for index in rest.indices { rest[index] -= Float(plane[index]) * alpha }
            signs.append(plane)
            alphas.append(alpha)
        }
        return (alphas, NormalEquations(weights, signs: signs))
    }

    /// The scales of a round and their terms, or `nil` where they leave the range of binary32 or of their form.
    private func refined(
        _ alphas: [Float], _ equations: NormalEquations
    ) -> (alphas: [Float], terms: [[PowerOfTwoTerm]]?)? {
        let solved = equations.solved(from: alphas).map(\.magnitude).sorted(by: >)
        guard solved.allSatisfy(\.isFinite) else { return nil }
        guard case .powersOfTwo(let count) = alphaForm else { return (solved, nil) }
        guard isWithinTerms(solved) else { return nil }
        let terms = solved.map { PowerOfTwoTerm.sum(of: $0, terms: count) }
        return (terms.map(Self.value), terms)
    }

    private func isWithinTerms(_ alphas: [Float]) -> Bool {
        alphas.allSatisfy { (PowerOfTwoTerm.exponent(nearest: $0) ?? 0) < PowerOfTwoTerm.maximumExponent }
    }

    /// Brings the scales to their form and chooses the signs for it; `terms` are those of the last round, if there was one.
    private func finished(
        _ weights: UnsafeBufferPointer<Float>, _ alphas: [Float], _ terms: [[PowerOfTwoTerm]]?
    ) -> Group? {
        var alphas = alphas
        var sums: [[PowerOfTwoTerm]] = []
        switch alphaForm {
        case .powersOfTwo(let count):
            guard isWithinTerms(alphas) else { return nil }
            // The published code leaves the greedy scales unrounded where there are no rounds; stored they are rounded.
            sums = terms ?? alphas.map { PowerOfTwoTerm.sum(of: $0, terms: count) }
            alphas = sums.map(Self.value)
        case .float16: alphas = alphas.map(roundedToHalf)
        case .float32: break
        }
        guard alphas.allSatisfy(\.isFinite) else { return nil }
        return Group(
            alphas: alphas, terms: sums.flatMap { $0 }, codes: Self.codes(of: weights, alphas: alphas))
    }

    /// The sum of terms, in their order.
    static func value(_ terms: some Sequence<PowerOfTwoTerm>) -> Float { terms.reduce(0) { $0 + $1.value } }
}
