extension QuantizedTensor {
    /// Grid values of a row [columns], in integer units of each group's format; empty for `fp16`.
    ///
    /// For asymmetric integers these are codes less zero points, for OliVe decoded pairs with zeros for victims. For
    /// many rows make one `RowDecoder`.
    public func gridValues(row: Int) -> [Int] { RowDecoder(self).gridValues(row: row) }

    /// The index of a group's format in `Scheme.formats`.
    public func formatIndex(row: Int, group: Int) -> Int {
        selectors.isEmpty ? Int(tensorType) : Int(selectors[row * groupsPerRow + group])
    }

    /// The weights that the codes stand for [rows x columns].
    ///
    /// - Parameter arithmetic: `reference` rounds as the published code does (to binary16 after each product where it
    ///   computes in binary16); `exact` rounds the exact product of value and stored scales once, to binary32.
    public func dequantized(_ arithmetic: QuantizationArithmetic = .reference) -> [Float] {
        let decoder = RowDecoder(self)
        var weights: [Float] = []
        weights.reserveCapacity(rows * columns)
        for row in 0..<rows { weights += decoder.dequantized(row: row, arithmetic) }
        return weights
    }
}
