extension RowDecoder {
    /// Writes the weights of one row into memory that the caller owns: the same bits as ``dequantized(row:_:)``, faster.
    ///
    /// Where a group has more weights than the format has codes, products of code values and scale are looked up.
    ///
    /// - Precondition: `weights` has room for exactly one row [columns].
    public func dequantize(
        row: Int, _ arithmetic: QuantizationArithmetic = .reference, into weights: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(weights.count == tensor.columns, "room for one row")
        guard case .olive = tensor.scheme.family else {
            if formats.isEmpty { halves(row: row, into: weights) } else { groups(row: row, arithmetic, into: weights) }
            return
        }
        _ = weights.update(fromContentsOf: dequantized(row: row, arithmetic))
    }

    private func halves(row: Int, into weights: UnsafeMutableBufferPointer<Float>) {
        let start = row * tensor.columns
        for column in weights.indices { weights[column] = Float(Float16(bitPattern: tensor.halfBits[start + column])) }
    }

    private func groups(
        row: Int, _ arithmetic: QuantizationArithmetic, into weights: UnsafeMutableBufferPointer<Float>
    ) {
        let start = row * tensor.columns
        var products: [Float] = []
        tensor.codes.withUnsafeBufferPointer { codes in
            for group in 0..<tensor.groupsPerRow {
                let scale = scale(row: row, group: group)
                let values = formats[tensor.formatIndex(row: row, group: group)].codeValues
                let offset = zeroCorrection(row: row, group: group)
                let columns = columns(ofGroup: group)
                guard columns.count > values.count else {
                    for column in columns {
                        weights[column] = scale.product(values[Int(codes[start + column])] + offset, arithmetic)
                    }
                    continue
                }
                products.removeAll(keepingCapacity: true)
                for value in values { products.append(scale.product(value + offset, arithmetic)) }
                products.withUnsafeBufferPointer { products in
                    for column in columns { weights[column] = products[Int(codes[start + column])] }
                }
            }
        }
    }
}

extension GroupScale {
    /// A grid value times the factor; see `QuantizedTensor.dequantized`.
    fileprivate func product(_ value: Int, _ arithmetic: QuantizationArithmetic) -> Float {
        arithmetic == .reference ? referenceProduct(value) : Float(self.value * Double(value))
    }
}
