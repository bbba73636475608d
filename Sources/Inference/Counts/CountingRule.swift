import Accelerator
import Execution
import Quantization
import Simulation
import Workload

/// How the products of functional execution are counted: from what is really multiplied, and the PE's own rules.
///
/// Written apart from the timing model on purpose, which counts from the shapes of a plan: two ways to the same numbers.
struct CountingRule: Sendable {
    private let weights: Scheme
    private let head: Scheme
    private let keyValues: Scheme
    private let isBitSerial: Bool
    private let lanes: Int
    private let headDimension: Int

    init(_ request: RunRequest) {
        weights = request.scheme
        head = request.headScheme ?? request.scheme
        keyValues = request.kvScheme
        isBitSerial = request.accelerator.processingElement == .bitSerial
        lanes = Chip(request.accelerator).array.lanes
        headDimension = request.model.headDimension
    }

    /// A product of a chip's part of a matrix with some tokens.
    func counts(of part: LinearPart, tokens: Int) -> ProductCounts {
        let scheme = part.name == "lm_head" ? head : weights
        let columns = part.columns.count
        var counts = ProductCounts(macs: part.rows * columns * tokens)
        let layout = isBitSerial ? KernelLayout(scheme, columns: part.width) : nil
        if let layout {
            let own = ExecutionCounts(
                layout, scheme: scheme, rows: part.rows, columns: part.columns, tokens: tokens)
            counts.activeElementCycles = own.activeElementCycles
        } else {
            counts.activeElementCycles = part.rows * tokens * steps(part.columns, groupSize: scheme.groupSize)
        }
        var storage = scheme.storage
        storage.tensorBits = 0
        if part.hasBias { storage.rowBits += 16 }
        let offset = part.columns.lowerBound % scheme.groupSize
        let rowBits = storage.rowBits
        storage.rowBits = 0
        counts.operandBytes =
            storage.bytes(rows: part.rows, columns: columns, offset: offset) + (part.rows * rowBits + 7) / 8
        return counts
    }

    /// Attention of a key and value head: some rows of queries with all tokens of its cache.
    func attention(rows: Int, context: Int) -> ProductCounts {
        let terms = isBitSerial ? keyValues.cyclesPerStep ?? 1 : 1
        func steps(_ count: Int) -> Int { (count + lanes - 1) / lanes }
        var storage = (try? keyValues.with(scaleEncoding: .float16))?.storage ?? keyValues.storage
        storage.groupSize = headDimension
        storage.tensorBits = 0
        return ProductCounts(
            macs: 2 * rows * context * headDimension,
            activeElementCycles: rows * terms * (context * steps(headDimension) + headDimension * steps(context)),
            operandBytes: 2 * storage.bytes(rows: context, columns: headDimension))
    }

    /// Steps of a row on PEs that take whole weights: groups begin in the first lane.
    private func steps(_ columns: Range<Int>, groupSize: Int) -> Int {
        var steps = 0
        var first = columns.lowerBound
        while first < columns.upperBound {
            let group = first / groupSize * groupSize
            let last = min(group + groupSize, columns.upperBound)
            steps += (last - group + lanes - 1) / lanes - (first - group) / lanes
            first = last
        }
        return steps
    }
}
