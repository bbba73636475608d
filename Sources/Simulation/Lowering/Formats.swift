import Accelerator
import Quantization
import Workload

/// The schemes of a request as the chip sees them: what is stored, and what a step costs.
struct Formats {
    private let block: WeightFormat
    private let head: WeightFormat
    /// Keys and values: a row is one token of one head.
    let keyValues: WeightFormat
    /// Data types that are tried for each group of keys or values when it is quantised.
    let keyValueCandidates: Int

    init(_ request: RunRequest) {
        let kind = request.accelerator.processingElement
        block = Self.weights(request.scheme, averageBits: request.weightBits, on: kind)
        head = request.headScheme.map { Self.weights($0, averageBits: nil, on: kind) } ?? block
        let kvScheme = request.kvScheme
        // A token's keys of a head are one short row: a scale of their own in FP16, no second level.
        let storage = ((try? kvScheme.with(scaleEncoding: .float16)) ?? kvScheme).storage
        keyValues = WeightFormat(
            codeBits: Double(storage.codeBits), groupSize: request.model.headDimension,
            bytesPerGroup: (storage.scaleBits + storage.zeroPointBits) / 8, selectorBits: storage.selectorBits,
            bitsPerRow: storage.rowBits, cyclesPerStep: Self.cyclesPerStep(kvScheme, on: kind),
            scalesSerially: false, accumulatesPerGroup: false)
        keyValueCandidates = kvScheme.family == .float16 ? 0 : kvScheme.formats.count
    }

    /// Weights of the model; a bias adds an FP16 number to each row.
    func weights(_ role: Linear.Role, hasBias: Bool) -> WeightFormat {
        var format = role == .head ? head : block
        if hasBias { format.bitsPerRow += 16 }
        return format
    }

    private static func weights(
        _ scheme: Scheme, averageBits: Double?, on kind: ProcessingElementKind
    ) -> WeightFormat {
        let storage = scheme.storage
        return WeightFormat(
            codeBits: averageBits ?? Double(storage.codeBits), groupSize: storage.groupSize,
            bytesPerGroup: averageBits == nil ? (storage.scaleBits + storage.zeroPointBits) / 8 : 0,
            selectorBits: averageBits == nil ? storage.selectorBits : 0,
            bitsPerRow: averageBits == nil ? storage.rowBits : 0, cyclesPerStep: cyclesPerStep(scheme, on: kind),
            scalesSerially: kind == .bitSerial && scheme.scaleEncoding == .int8,
            accumulatesPerGroup: storage.scaleBits > 0)
    }

    private static func cyclesPerStep(_ scheme: Scheme, on kind: ProcessingElementKind) -> Int {
        kind == .bitSerial ? scheme.cyclesPerStep ?? 1 : 1
    }
}
