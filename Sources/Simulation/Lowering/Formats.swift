import Accelerator
import Quantization
import Workload

/// The schemes of a request as the chip sees them: what is stored, and what a step costs.
struct Formats {
    private let block: WeightFormat
    private let head: WeightFormat
    private let blockScheme: Scheme
    private let headScheme: Scheme
    /// Keys and values: a row is one token of one head.
    let keyValues: WeightFormat
    /// Data types that are tried for each group of keys or values when it is quantised.
    let keyValueCandidates: Int

    init(_ request: RunRequest) {
        let kind = request.accelerator.processingElement
        blockScheme = request.scheme
        headScheme = request.headScheme ?? request.scheme
        block = Self.weights(
            request.scheme, averageBits: request.weightBits, outlierShare: request.outlierShare, on: kind)
        head =
            request.headScheme.map {
                Self.weights($0, averageBits: nil, outlierShare: request.outlierShare, on: kind)
            } ?? block
        let kvScheme = request.kvScheme
        // A token's keys of a head are one short row: a scale of their own in FP16, no second level.
        let storage = ((try? kvScheme.with(scaleEncoding: .float16)) ?? kvScheme).storage
        var keyValues = WeightFormat(
            codeBits: Double(storage.codeBits), groupSize: request.model.headDimension,
            bytesPerGroup: (storage.scaleBits + storage.zeroPointBits) / 8, selectorBits: storage.selectorBits,
            bitsPerRow: storage.rowBits, cyclesPerStep: Self.cyclesPerStep(kvScheme, on: kind),
            scalesSerially: false, accumulatesPerGroup: false)
        // Zero points are made up for in the vector unit.
        if kind == .bitSerial { keyValues.side.groupSumAdditions = kvScheme.groupSumAdditions }
        self.keyValues = keyValues
        keyValueCandidates = kvScheme.family == .float16 ? 0 : kvScheme.formats.count
    }

    /// Weights of the model; a bias adds an FP16 number to each row.
    ///
    /// - Parameters:
    ///   - inputs: columns of the matrix that the chip has.
    ///   - blockPairs: pairs of a narrower and a wider block where the scheme has some; nil for the usual number.
    func weights(_ role: Linear.Role, hasBias: Bool, inputs: Int, blockPairs: Int? = nil) -> WeightFormat {
        var format = role == .head ? head : block
        if hasBias { format.bitsPerRow += 16 }
        let scheme = role == .head ? headScheme : blockScheme
        if let cycles = scheme.exceptionalCycles {
            let pairs = blockPairs ?? SliMBlocks.pairs(columns: inputs, blockSize: scheme.groupSize)
            format.bitsPerRow += scheme.storage.bitsPerLowBlock * pairs
            format.exceptionalGroups = .init(count: pairs, cyclesPerStep: cycles)
        }
        return format
    }

    /// How activations come to the weights of a role.
    func activations(_ role: Linear.Role) -> ActivationFormat {
        (role == .head ? headScheme : blockScheme).activations
    }

    /// Products of each input and each output with a factor of its own, which the vector unit makes.
    func vectorFactors(_ role: Linear.Role) -> (inputs: Int, outputs: Int) {
        let scheme = role == .head ? headScheme : blockScheme
        if scheme.family == .oneBit { return (1, 1) }
        // The scale of the token.
        return scheme.activations == .float16 ? (0, 0) : (0, 1)
    }

    /// The formats of all weights.
    var all: [WeightFormat] { [block, head] }

    private static func weights(
        _ scheme: Scheme, averageBits: Double?, outlierShare: Double?, on kind: ProcessingElementKind
    ) -> WeightFormat {
        let storage = scheme.storage
        var format = WeightFormat(
            codeBits: averageBits ?? Double(storage.codeBits), groupSize: storage.groupSize,
            bytesPerGroup: averageBits == nil ? (storage.scaleBits + storage.zeroPointBits) / 8 : 0,
            selectorBits: averageBits == nil ? storage.selectorBits : 0,
            bitsPerRow: averageBits == nil ? storage.rowBits : 0, cyclesPerStep: cyclesPerStep(scheme, on: kind),
            scalesSerially: kind == .bitSerial && scheme.scaleEncoding == .int8,
            accumulatesPerGroup: scheme.accumulatesPerGroup)
        guard averageBits == nil else { return format }
        format.bitsPerColumn = storage.bitsPerColumn
        format.bitsPerColumnGroup = storage.bitsPerColumnGroup
        format.bitsPerRowTile = storage.bitsPerRowTile
        if storage.outlierShare > 0 {
            format.outlierShareQ32 = Int(((outlierShare ?? storage.outlierShare) * 0x1p32).rounded())
        }
        // Other PEs have what their schemes need: it is part of their published areas and energies.
        guard kind == .bitSerial else { return format }
        format.side.multiplyAddsPerGroup = scheme.multiplyAddsPerGroup
        format.side.shiftAddsPerGroup = scheme.shiftAddsPerGroup
        format.side.shiftAddsPerOperation = scheme.shiftAddsPerOperation
        format.side.elementsPerUnit = scheme.elementsPerUnit
        format.side.groupSumAdditions = scheme.groupSumAdditions
        format.side.maskedAccumulators = scheme.maskedAccumulators
        format.side.hasWideAccumulator = scheme.sideUnits.contains(.wideAccumulator)
        format.side.hasIntegerLanes = scheme.sideUnits.contains(.integerNonLinear)
        return format
    }

    private static func cyclesPerStep(_ scheme: Scheme, on kind: ProcessingElementKind) -> Int {
        kind == .bitSerial ? scheme.cyclesPerStep ?? 1 : 1
    }
}

extension RunRequest {
    /// The chip of the system, with the units that the request's schemes need beside the PEs.
    public var chip: Chip { Chip(accelerator, for: Formats(self).all) }
}
