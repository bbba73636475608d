import Quantization

extension VectorUnit {
    /// DI-SwiGLU of some tokens: gates and ups [tokens x channels] as 8-bit tokens, the result requantised to some bits.
    ///
    /// - Returns: nil for tokens with an infinity or NaN.
    static func swiGLU(gates: [Float], ups: [Float], tokens: Int, bits: Int) -> [DyadicToken?] {
        let width = gates.count / max(tokens, 1)
        let quantizer = DyadicTokenQuantizer(bits: 8)
        return (0..<tokens).map { token in
            let range = token * width..<(token + 1) * width
            guard let gate = try? quantizer.quantize(Array(gates[range])),
                let up = try? quantizer.quantize(Array(ups[range]))
            else { return nil }
            return IntegerOperators.swiGLU(gate, up, bits: bits)
        }
    }
}
