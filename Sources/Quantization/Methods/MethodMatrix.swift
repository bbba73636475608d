/// A matrix as the method of a scheme quantises it.
public enum MethodMatrix: Sendable {
    /// Codes of one grid per group.
    case tensor(QuantizedTensor)
    /// A type of the method's own.
    case planes(any PlaneMatrix)
}

/// What a method knows of the inputs of a matrix; for all matrices that have them.
public enum MethodCalibration: Sendable {
    /// The factor of their Hessian (SpQR, BiLLM, ShiftAddLLM).
    case factor(HessianFactor)
    /// What SliM-LLM takes.
    case slim(SliMCalibration)

    fileprivate var factor: HessianFactor? { if case .factor(let factor) = self { factor } else { nil } }
    fileprivate var slim: SliMCalibration? { if case .slim(let slim) = self { slim } else { nil } }
}

extension Scheme {
    /// Whether a matrix is of a type of the method's own (`PlaneMatrix`) and is quantised as a whole.
    public var hasOwnMatrix: Bool {
        if case .asymmetricInteger = activations { true } else { !isCoded }
    }

    /// The largest number of columns that the method can store, or nil where there is no limit.
    public var maximumColumns: Int? {
        // Outliers have positions of 16 bits.
        if case .spqr = family { 1 << 16 } else { nil }
    }

    /// What the method makes of the second moments of inputs, and of samples of them, once for all matrices that have them.
    ///
    /// - Parameter samples: [samples x columns], used by SliM-LLM.
    /// - Returns: nil where the method takes no second moments to quantise.
    /// - Throws: `CalibrationError`.
    public func calibration(
        _ moment: @autoclosure () throws -> SecondMoment, samples: @autoclosure () throws -> [Float]
    ) throws -> MethodCalibration? {
        switch family {
        case .shiftAddLLM(let planes, let shifts):
            .factor(try shiftAddQuantizer(planes, shifts).factor(moment()))
        case .spqr(let bits): .factor(try spqrQuantizer(bits).factor(moment()))
        case .billm: .factor(try billmQuantizer(isCalibrated: true).factor(moment()))
        case .slimLLM(let bits): .slim(try slimQuantizer(bits).calibration(moment(), samples: samples()))
        default: nil
        }
    }

    /// Quantises a whole matrix [rows x columns] by the scheme's method.
    ///
    /// What the scheme does to weights before (`Preparation`) has been done, but for OmniQuant's clipping, which belongs to
    /// its quantiser.
    ///
    /// - Parameter calibration: of ``calibration(_:)``; nil for the weights-only form of the method.
    /// - Throws: `QuantizationError`.
    /// - Precondition: weights and calibration fit the shape, and columns `maximumColumns`.
    public func quantized(
        _ weights: [Float], rows: Int, columns: Int, calibration: MethodCalibration? = nil
    ) throws(QuantizationError) -> MethodMatrix {
        switch (family, activations) {
        case (.integer(let bits), .asymmetricInteger):
            .planes(try ILLMQuantizer(bits: bits).quantize(weights, rows: rows, columns: columns))
        case (.oneBit, _): .planes(try OneBitQuantizer().quantize(weights, rows: rows, columns: columns))
        case (.bitNet, _): .planes(try BitNetQuantizer().quantize(weights, rows: rows, columns: columns))
        case (.shiftAddLLM(let planes, let shifts), _):
            .planes(
                try shiftAddQuantizer(planes, shifts)
                    .quantize(weights, rows: rows, columns: columns, factor: calibration?.factor))
        case (.spqr(let bits), _):
            .planes(
                try spqrQuantizer(bits).quantize(weights, rows: rows, columns: columns, factor: calibration?.factor))
        case (.billm, _):
            .planes(
                try billmQuantizer(isCalibrated: calibration != nil)
                    .quantize(weights, rows: rows, columns: columns, factor: calibration?.factor))
        case (.slimLLM(let bits), _):
            .planes(
                try slimQuantizer(bits)
                    .quantize(weights, rows: rows, columns: columns, calibration: calibration?.slim))
        case (.offsetBitmod(let bits), _):
            .planes(
                try OmniQuantQuantizer(bits: bits, groupSize: groupSize)
                    .quantize(weights, rows: rows, columns: columns))
        default: .tensor(try Quantizer(self).quantize(weights, rows: rows, columns: columns))
        }
    }

    /// A matrix of a type of the method's own from its bytes, as ``quantized(_:rows:columns:calibration:)`` makes it.
    ///
    /// - Throws: `PackingError`.
    /// - Precondition: `hasOwnMatrix`, and columns fit `maximumColumns`.
    public func planeMatrix(
        packed bytes: [UInt8], rows: Int, columns: Int
    ) throws(PackingError) -> any PlaneMatrix {
        switch (family, activations) {
        case (.integer(let bits), .asymmetricInteger):
            return try ILLMMatrix(packed: bytes, rows: rows, columns: columns, bits: bits)
        case (.oneBit, _): return try OneBitMatrix(packed: bytes, rows: rows, columns: columns)
        case (.bitNet, _):
            return try BitNetMatrix(
                packed: bytes, rows: rows, columns: columns, storage: BitNetQuantizer().storage)
        case (.shiftAddLLM(let planes, let shifts), _):
            return try ShiftAddMatrix(
                packed: bytes, rows: rows, columns: columns, planes: planes, groupRows: StorageLayout.rowTile,
                groupSize: groupSize, alphaForm: shiftAddQuantizer(planes, shifts).solver.alphaForm)
        case (.spqr(let bits), _):
            let quantizer = spqrQuantizer(bits)
            return try SpQRMatrix(
                packed: bytes, rows: rows, columns: columns, bits: bits, groupSize: quantizer.groupSize,
                isPermuted: quantizer.ordersColumns)
        case (.billm, _):
            return try BiLLMMatrix(
                packed: bytes, rows: rows, columns: columns,
                blockSize: billmQuantizer(isCalibrated: false).blockSize)
        case (.slimLLM(let bits), _):
            return try SliMMatrix(packed: bytes, rows: rows, columns: columns, bits: bits, blockSize: groupSize)
        case (.offsetBitmod(let bits), _):
            return try OmniQuantMatrix(packed: bytes, rows: rows, columns: columns, bits: bits, groupSize: groupSize)
        default: preconditionFailure("\(name) stores codes of one grid per group")
        }
    }

    private func shiftAddQuantizer(_ planes: Int, _ shifts: Int) -> ShiftAddQuantizer {
        ShiftAddQuantizer(
            planes: planes, alphaForm: .powersOfTwo(terms: shifts), groupRows: StorageLayout.rowTile,
            groupSize: groupSize)
    }

    /// Columns stay in their order, so that chips can divide them and activations need no gathering.
    private func spqrQuantizer(_ bits: Int) -> SpQRQuantizer { SpQRQuantizer(bits: bits, ordersColumns: false) }

    private func billmQuantizer(isCalibrated: Bool) -> BiLLMQuantizer {
        BiLLMQuantizer(metric: isCalibrated ? .hessian : .magnitude)
    }

    private func slimQuantizer(_ bits: Int) -> SliMQuantizer { SliMQuantizer(bits: bits, blockSize: groupSize) }
}
