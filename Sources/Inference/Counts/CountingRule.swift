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
    private let isBitSerial: Bool
    private let lanes: Int
    private let headDimension: Int
    /// How a head's keys or values are stored, a row for each token; and what a step with them takes.
    private let cache: (storage: StorageLayout, cyclesPerStep: Int)

    init(_ request: RunRequest) {
        weights = request.scheme
        head = request.headScheme ?? request.scheme
        isBitSerial = request.accelerator.processingElement == .bitSerial
        lanes = Chip(request.accelerator).array.lanes
        headDimension = request.model.headDimension
        var storage = ((try? request.kvScheme.with(scaleEncoding: .float16)) ?? request.kvScheme).storage
        storage.groupSize = headDimension
        storage.tensorBits = 0
        cache = (storage, isBitSerial ? request.kvScheme.cyclesPerStep ?? 1 : 1)
    }

    /// A product of a chip's part of a matrix with one token.
    func counts(of part: LinearPart) -> ProductCounts {
        let scheme = part.name == "lm_head" ? head : weights
        let columns = part.columns.count
        var counts = ProductCounts(macs: part.rows * columns)
        if isBitSerial, let row = groupedRow(part, scheme) {
            let own = ExecutionCounts(row, scheme: scheme, rows: part.rows, columns: part.columns, tokens: 1)
            counts.activeElementCycles = own.activeElementCycles
        } else {
            counts.activeElementCycles = part.rows * steps(part.columns, groupSize: scheme.groupSize)
        }
        var storage = scheme.storage
        let rowBits = storage.rowBits + (part.hasBias ? 16 : 0)
        // Narrow and wide blocks come in pairs, of which one takes another number of cycles than the usual blocks.
        let lowBlocks = storage.bitsPerLowBlock * part.exceptionalGroups.count
        (storage.tensorBits, storage.rowBits, storage.outlierShare, storage.bitsPerLowBlock) = (0, 0, 0, 0)
        let offset = part.columns.lowerBound % scheme.groupSize
        let groups = part.rows * storage.groups(columns: columns, offset: offset)
        if scheme.accumulatesPerGroup { counts.groupSums = groups }
        let bits = storage.bits(rows: part.rows, columns: columns, offset: offset) + part.rows * (rowBits + lowBlocks)
        counts.operandBytes = (bits + 7) / 8
        if isBitSerial { counts.side = side(part, scheme, groups: groups, counts.activeElementCycles) }
        return counts
    }

    /// How a row of a part is cut into groups, or nil where the scheme does not run on bit-serial PEs.
    private func groupedRow(_ part: LinearPart, _ scheme: Scheme) -> ExecutionCounts.GroupedRow? {
        guard let terms = scheme.cyclesPerStep else { return nil }
        var row = ExecutionCounts.GroupedRow(columns: part.width, groupSize: scheme.groupSize, terms: terms)
        row.exceptions = part.exceptionalGroups
        return row
    }

    /// What units beside the PEs do, from what is stored.
    private func side(_ part: LinearPart, _ scheme: Scheme, groups: Int, _ activeElementCycles: Int) -> SideCounts {
        var side = SideCounts()
        side.multiplyAdds = groups * scheme.multiplyAddsPerGroup
        side.additions = groups * scheme.shiftAddsPerGroup + part.columns.count * scheme.groupSumAdditions
        let adders = scheme.maskedAccumulators * lanes + (scheme.sideUnits.contains(.wideAccumulator) ? 1 : 0)
        side.integerAdditions = activeElementCycles * adders
        side.outliers = part.outliers
        side.outlierProducts = part.outliers
        return side
    }

    /// Attention of a key and value head: some rows of queries with all tokens of its cache.
    func attention(rows: Int, context: Int) -> ProductCounts {
        func steps(_ count: Int) -> Int { (count + lanes - 1) / lanes }
        let perRow = context * steps(headDimension) + headDimension * steps(context)
        return ProductCounts(
            macs: 2 * rows * context * headDimension, activeElementCycles: rows * cache.cyclesPerStep * perRow,
            operandBytes: 2 * cache.storage.bytes(rows: context, columns: headDimension))
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
