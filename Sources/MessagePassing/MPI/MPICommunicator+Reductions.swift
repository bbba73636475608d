internal import CMPI

/// Integers are combined by the library, in an order of its choice that cannot change them; floating-point numbers in
/// the order of ranks by `RankOrderReductions.swift`, on the library's own gathers.
extension MPICommunicator {
    /// The library's reduction for integers.
    public func reduce<T: ReducibleElement>(
        _ values: [T], _ operation: ReductionOperation, at root: Int
    ) throws -> [T]? {
        try check(rank: root)
        try checkAgreement("reduce(\(operation)) of \(values.count) \(T.self) at rank \(root)")
        guard let type = T.orderFreeType?.datatype else {
            return try reduceInRankOrder(values, operation, at: root)
        }
        let result = Staging(byteCount: rank == root ? values.count * MemoryLayout<T>.stride : 0)
        try forEachPart(of: values) { part, storage in
            let target = rank == root ? result.base?.advanced(by: part.offset) : nil
            try perform("MPI_Ireduce", bytes: part.byteCount, keeping: [storage, result]) {
                cmpi_ireduce(part.base, target, part.count, type, operation.handle, Int32(root), world, &$0)
            }
        }
        return rank == root ? try result.values(T.self) : nil
    }

    /// The library's reduction for integers.
    public func allReduce<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation) throws -> [T] {
        try checkAgreement("allReduce(\(operation)) of \(values.count) \(T.self)")
        guard let type = T.orderFreeType?.datatype else { return try allReduceInRankOrder(values, operation) }
        let result = Staging(byteCount: values.count * MemoryLayout<T>.stride)
        try forEachPart(of: values) { part, storage in
            try perform("MPI_Iallreduce", bytes: part.byteCount, keeping: [storage, result]) {
                cmpi_iallreduce(
                    part.base, result.base?.advanced(by: part.offset), part.count, type, operation.handle, world, &$0)
            }
        }
        return try result.values(T.self)
    }

    /// The library's reduction for integers that fit one call.
    public func reduceScatter<T: ReducibleElement>(_ values: [T], _ operation: ReductionOperation) throws -> [T] {
        try checkAgreement("reduceScatter(\(operation)) of \(values.count) \(T.self)")
        let stride = MemoryLayout<T>.stride
        guard let type = T.orderFreeType?.datatype, values.count * stride <= partLimit else {
            return try foldBlock(of: values, operation)
        }
        let blocks = BlockPartition(values.count, into: size)
        let counts = Staging(copying: (0..<size).map { Int32(blocks[$0].count) })
        let result = Staging(byteCount: blocks[rank].count * stride)
        try values.withUnsafeBytes { bytes in
            try perform("MPI_Ireduce_scatter", bytes: bytes.count, keeping: [values, counts, result]) {
                cmpi_ireduce_scatter(
                    bytes.baseAddress, result.base, counts.pointer(to: Int32.self), type, operation.handle, world, &$0)
            }
        }
        return try result.values(T.self)
    }

    private struct Part {
        let base: UnsafeRawPointer?
        let offset: Int, byteCount: Int, count: Int32
    }

    /// Cuts values into parts that fit one call.
    private func forEachPart<T: BitwiseCopyable>(of values: [T], _ body: (Part, _ storage: Any) throws -> Void) throws {
        let size = MemoryLayout<T>.stride
        let perPart = max(partLimit / size, 1)
        try values.withUnsafeBytes { bytes in
            for start in Swift.stride(from: 0, to: values.count, by: perPart) {
                let count = min(perPart, values.count - start)
                try body(
                    Part(
                        base: bytes.baseAddress?.advanced(by: start * size), offset: start * size,
                        byteCount: count * size, count: Int32(count)), values)
            }
        }
    }
}

extension OrderFreeType {
    fileprivate var datatype: CMPIDatatype {
        switch self {
        case .int32: cmpi_int32()
        case .int64: cmpi_int64()
        case .uint64: cmpi_uint64()
        }
    }
}

extension ReductionOperation {
    fileprivate var handle: CMPIOp {
        switch self {
        case .sum: cmpi_sum()
        case .minimum: cmpi_min()
        case .maximum: cmpi_max()
        }
    }
}
