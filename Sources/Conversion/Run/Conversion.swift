import Checkpoints
import Documents
import MessagePassing
import Quantization

/// Quantises a checkpoint, spread over the ranks of a communicator.
///
/// The sizes of all results follow from the plan, so that every rank writes its pieces to their final places in one
/// unfinished file; when all have closed it, the coordinator gives it its name. Only matrices that are packed as a whole may
/// have sizes that depend on the weights: they are all quantised first, and each rank keeps the bytes of its own until then. The same plan gives the same bytes, the
/// same statistics and the same error on any number of ranks. The ranks must see the same files.
public struct Conversion {
    /// What to do.
    public let plan: ConversionPlan
    private let weightsPerItem: Int
    private let progress: (Int, Int) -> Void

    /// A conversion.
    ///
    /// - Parameter progress: called on every rank after each of its pieces with the number done and the number of all.
    public init(_ plan: ConversionPlan, progress: @escaping (Int, Int) -> Void = { _, _ in }) {
        self.init(plan, weightsPerItem: WorkItem.usualWeights, progress: progress)
    }

    /// The same with another size of pieces, so that tests need no large matrices.
    init(
        _ plan: ConversionPlan, weightsPerItem: Int, progress: @escaping (Int, Int) -> Void = { _, _ in }
    ) {
        self.plan = plan
        self.weightsPerItem = weightsPerItem
        self.progress = progress
    }

    /// Does it. Called by all ranks.
    ///
    /// - Returns: the result on the coordinator, nil on the others.
    /// - Throws: on every rank the ``InputError`` of the first piece that failed, data for weights that cannot be
    ///   quantised, missing input or output for files; with several ranks inside a ``RemoteFailure``. Then no file is
    ///   left behind.
    public func run(on communicator: any Communicator) throws -> ConversionResult? {
        let items = WorkItem.items(of: plan, weights: weightsPerItem)
        let mine = Swift.stride(from: communicator.rank, to: items.count, by: communicator.size).map { $0 }
        var whole = try together(communicator) { failedItem in
            plan.format == .packedWhole ? try quantizeWhole(items, mine, &failedItem) : [:]
        }
        let layout = try plan.layout(parts: storedParts(whole, items, communicator))
        let writer = try open(layout, communicator)
        do {
            let parts = try together(communicator) { failedItem in
                let parts = try convert(items, mine, &whole, writer, &failedItem)
                failedItem = items.count
                try writer.close()
                return parts
            }
            let all = try gather(parts, items, communicator)
            try together(communicator) { _ in if communicator.isCoordinator { try writer.commit() } }
            return all.map { result(items, $0, layout) }
        } catch {
            writer.discard()
            throw error
        }
    }

    /// Creates the file on the coordinator and joins it on the others.
    private func open(_ layout: SafetensorsLayout, _ communicator: any Communicator) throws -> SafetensorsWriter {
        let own = try together(communicator) { _ in
            communicator.isCoordinator ? try SafetensorsWriter(creating: layout, at: plan.output) : nil
        }
        let path = try communicator.broadcast(value: own?.temporaryPath)
        return try together(communicator) { _ in
            try own ?? SafetensorsWriter(joining: path, layout: layout, for: plan.output)
        }
    }

    /// Quantises this rank's matrices that are packed as a whole, by the index of their piece.
    private func quantizeWhole(
        _ items: [WorkItem], _ mine: [Int], _ failedItem: inout Int
    ) throws -> [Int: WholeMatrix] {
        let converter = WholeMatrixConverter(plan: plan)
        var files: [Int: MappedFile] = [:]
        var matrices: [Int: WholeMatrix] = [:]
        for index in mine where plan.tensors[items[index].tensor].isQuantized {
            failedItem = index
            let tensor = plan.tensors[items[index].tensor]
            matrices[index] = try converter.pack(tensor, of: file(of: tensor, &files))
            progress(matrices.count, mine.count)
        }
        return matrices
    }

    /// What is stored of each matrix that is packed as a whole, the same on every rank.
    private func storedParts(
        _ whole: [Int: WholeMatrix], _ items: [WorkItem], _ communicator: any Communicator
    ) throws -> [String: [StoredPart]] {
        guard plan.format == .packedWhole else { return [:] }
        let own = whole.mapValues(\.parts)
        return try communicator.allGather(value: own).reduce(into: [:]) { all, parts in
            for (index, parts) in parts { all[plan.tensors[items[index].tensor].name] = parts }
        }
    }

    private func convert(
        _ items: [WorkItem], _ mine: [Int], _ whole: inout [Int: WholeMatrix], _ writer: SafetensorsWriter,
        _ failedItem: inout Int
    ) throws -> [MatrixStatistics] {
        let convert = matrixConversion(to: writer)
        let quantized = whole.count
        var copied = 0
        var files: [Int: MappedFile] = [:]
        var parts: [MatrixStatistics] = []
        for (done, index) in mine.enumerated() {
            failedItem = index
            let item = items[index]
            let tensor = plan.tensors[item.tensor]
            if let matrix = whole.removeValue(forKey: index) {
                if let target = writer.layout[PackedSection.wholeName(of: tensor.name)] {
                    try matrix.bytes.withUnsafeBytes { try writer.write($0, to: target, at: 0) }
                }
                parts.append(matrix.statistics)
                continue
            }
            let file = try file(of: tensor, &files)
            if tensor.isQuantized {
                parts.append(try convert(tensor, item.range, file))
            } else if let target = writer.layout[tensor.name] {
                let start = tensor.source.info.bytes.lowerBound
                let range = start + item.range.lowerBound..<start + item.range.upperBound
                try file.withBytes(in: range) { try writer.write($0, to: target, at: item.range.lowerBound) }
                file.release(range)
                parts.append(MatrixStatistics(plan.scheme))
                copied += 1
            }
            progress(quantized > 0 ? quantized + copied : done + 1, mine.count)
        }
        return parts
    }

    /// What quantises rows of a matrix and writes them.
    private func matrixConversion(
        to writer: SafetensorsWriter
    ) -> (ConversionPlan.Tensor, Range<Int>, MappedFile) throws -> MatrixStatistics {
        if plan.scheme.hasOwnMatrix {
            let converter = WholeMatrixConverter(plan: plan)
            return { tensor, _, file in try converter.dequantize(tensor, of: file, to: writer) }
        }
        let converter = MatrixConverter(plan: plan, writer: writer)
        return { try converter.convert($0, rows: $1, of: $2) }
    }

    private func file(of tensor: ConversionPlan.Tensor, _ files: inout [Int: MappedFile]) throws -> MappedFile {
        let number = tensor.source.file
        let file = try files[number] ?? map(plan.inputs[number])
        files[number] = file
        return file
    }

    private func map(_ input: ConversionPlan.Input) throws -> MappedFile {
        let file = try MappedFile(path: input.path)
        guard file.count == input.byteCount else {
            throw InputError(
                .data, file: input.path, problem: "the file has \(file.count) bytes",
                expected: "\(input.byteCount), as when its header was read")
        }
        return file
    }

    // MARK: Ranks

    private struct Failure: Codable {
        var item: Int
        var error: InputError
    }

    /// Does something on every rank; if any fails, all throw the error of the piece that comes first.
    @discardableResult
    private func together<Value>(
        _ communicator: any Communicator, _ body: (inout Int) throws -> Value
    ) throws -> Value {
        var item = 0
        var own: Failure?
        let value = try communicator.agree { () throws -> Value? in
            do {
                return try body(&item)
            } catch let error as InputError {
                own = Failure(item: item, error: error)
                return nil
            }
        }
        let failures = try communicator.allGather(value: own).compactMap(\.self)
        if let first = failures.min(by: { $0.item < $1.item }) {
            // Thrown by agreement, so that no rank that is late takes it for the end of another.
            if communicator.size > 1 { try communicator.agree { throw first.error } }
            throw first.error
        }
        guard let value else { preconditionFailure("a rank without failure has a value") }
        return value
    }

    /// The statistics of all pieces in their order, on the coordinator.
    private func gather(
        _ parts: [MatrixStatistics], _ items: [WorkItem], _ communicator: any Communicator
    ) throws -> [MatrixStatistics]? {
        let sums = try communicator.gather(parts.flatMap { [$0.squaredError, $0.squaredWeights] }, at: 0)
        let counts = try communicator.gather(
            parts.flatMap { [$0.weights, $0.packedBytes, $0.storedBits] + $0.groupsPerFormat }, at: 0)
        guard let sums, let counts else { return nil }
        return items.indices.map { index in
            let (place, rank) = index.quotientAndRemainder(dividingBy: communicator.size)
            var part = MatrixStatistics(plan.scheme)
            let stride = 3 + part.groupsPerFormat.count
            let numbers = counts[rank][place * stride..<(place + 1) * stride]
            part.squaredError = sums[rank][2 * place]
            part.squaredWeights = sums[rank][2 * place + 1]
            part.weights = numbers[numbers.startIndex]
            part.packedBytes = numbers[numbers.startIndex + 1]
            part.storedBits = numbers[numbers.startIndex + 2]
            part.groupsPerFormat = Array(numbers.dropFirst(3))
            return part
        }
    }

    private func result(
        _ items: [WorkItem], _ parts: [MatrixStatistics], _ layout: SafetensorsLayout
    ) -> ConversionResult {
        var perTensor = [MatrixStatistics](repeating: MatrixStatistics(plan.scheme), count: plan.tensors.count)
        for (item, part) in zip(items, parts) { perTensor[item.tensor].add(part) }
        var matrices: [ConversionResult.Matrix] = []
        var total = MatrixStatistics(plan.scheme)
        for (tensor, statistics) in zip(plan.tensors, perTensor) where tensor.isQuantized {
            let info = tensor.source.info
            matrices.append(
                ConversionResult.Matrix(
                    name: info.name, shape: info.shape, type: info.type, statistics: statistics))
            total.add(statistics)
        }
        return ConversionResult(
            plan: plan, matrices: matrices, total: total,
            copied: plan.tensors.filter { !$0.isQuantized }.map(\.source.info), outputBytes: layout.fileSize)
    }
}
