extension Scheme {
    /// Whether it is a method of another paper, or BitMoD together with one: what the head is not stored as by default.
    public var isMethod: Bool { !isCoded || activations != .float16 || preparation != .none }

    /// How the weights come about without statistics of activations, or nil where there is nothing to say.
    public var withoutCalibration: String? {
        switch (family, preparation) {
        case (.spqr, _): "weights only: identity Hessian, no error feedback"
        case (.billm, _): "weights only: magnitude metric, no error feedback"
        case (.slimLLM, _): "weights only: identity Hessian, a tenth of the blocks in pairs"
        case (.shiftAddLLM, _): "weights only: each group by itself, no error feedback"
        case (.oneBit, _): "structure only: rank-one start, not distilled"
        case (.bitNet, _): "structure only: ternary rounding of a model not trained for it"
        case (_, .smoothing): "no smoothing: factors of 1"
        case (_, .awq): "no scaling: clipping by weight error only"
        case (_, .clipping): "initial clipping, not learned"
        case (_, .none): nil
        }
    }

    /// How they come about with statistics, or nil where statistics change nothing.
    public var withCalibration: String? {
        switch (family, preparation) {
        case (.spqr, _), (.shiftAddLLM, _): "calibrated: second moments, error feedback"
        case (.slimLLM, _): "calibrated: pairs searched by divergence, error feedback"
        case (.billm, _): "calibrated: Hessian metric, error feedback from block to block"
        case (_, .smoothing): "calibrated: smoothing by channel maxima"
        case (_, .awq): "calibrated: scaling and clipping by output error"
        case (.oneBit, _), (.bitNet, _), (_, .clipping), (_, .none): nil
        }
    }

    /// Whether calibration takes the products of all pairs of channels.
    public var needsSecondMoments: Bool {
        switch family {
        case .spqr, .billm, .slimLLM, .shiftAddLLM: true
        default: preparation == .awq
        }
    }

    /// The bits per weight that the method's paper puts first, which leave metadata out, or nil for BitMoD's own and others
    /// that are counted in full.
    public var headlineBits: Double? {
        switch (family, preparation) {
        case (.bitmod(let bits, _), _), (.offsetBitmod(let bits), _): Double(bits) + 10.0 / 128
        case (.spqr(let bits), _): Double(bits)
        case (.billm, _): 1.08
        case (.oneBit, _): 1
        case (.bitNet, _): 1.58
        case (.slimLLM(let bits), _): Double(bits)
        case (.shiftAddLLM(let planes, _), _): Double(planes)
        case (.integer(let bits), .smoothing): Double(bits)
        default: nil
        }
    }
}
