import Accelerator
import Quantization
import Workload

/// The schemes of a request as the chip sees them: what is stored, and what a step costs.
struct Formats {
    private let scheme: Scheme
    private let weightBits: Double?
    private let kind: ProcessingElementKind
    /// Keys and values: a row is one token of one head.
    let keyValues: WeightFormat
    /// Data types that are tried for each group of keys or values when it is quantised.
    let keyValueCandidates: Int

    init(_ request: RunRequest) {
        scheme = request.scheme
        weightBits = request.weightBits
        kind = request.accelerator.processingElement
        let kvScheme = request.kvScheme
        // A token's keys of a head are one short row: a scale of their own in FP16, no second level.
        let storage = ((try? kvScheme.with(scaleEncoding: .float16)) ?? kvScheme).storage
        keyValues = WeightFormat(
            codeBits: Double(storage.codeBits), groupSize: storage.groupSize,
            bytesPerGroup: (storage.scaleBits + storage.zeroPointBits) / 8, selectorBits: storage.selectorBits,
            bitsPerRow: storage.rowBits, cyclesPerStep: Self.cyclesPerStep(kvScheme, on: kind),
            scalesSerially: false, accumulatesPerGroup: false)
        keyValueCandidates = kvScheme.family == .float16 ? 0 : kvScheme.formats.count
    }

    /// Weights of the model; a bias adds an FP16 number to each row.
    func weights(hasBias: Bool) -> WeightFormat {
        let storage = scheme.storage
        return WeightFormat(
            codeBits: weightBits ?? Double(storage.codeBits), groupSize: storage.groupSize,
            bytesPerGroup: weightBits == nil ? (storage.scaleBits + storage.zeroPointBits) / 8 : 0,
            selectorBits: weightBits == nil ? storage.selectorBits : 0,
            bitsPerRow: (weightBits == nil ? storage.rowBits : 0) + (hasBias ? 16 : 0),
            cyclesPerStep: Self.cyclesPerStep(scheme, on: kind),
            scalesSerially: kind == .bitSerial && scheme.scaleEncoding == .int8,
            accumulatesPerGroup: storage.scaleBits > 0)
    }

    private static func cyclesPerStep(_ scheme: Scheme, on kind: ProcessingElementKind) -> Int {
        kind == .bitSerial ? scheme.cyclesPerStep ?? 1 : 1
    }
}
