/// A row split into planes (even and odd columns, or one plane) with room for the work on one block of each.
///
/// Planes are padded with zeros, which quantise to zero without error.
struct ClippedScaleBuffer: ~Copyable {
    /// Weights per block and plane, for the first-level cache.
    static let blockSize = 512

    /// 2 for pairs, else 1.
    let planes: Int
    /// Weights of a plane with its padding.
    let planeSize: Int
    private let weights: UnsafeMutablePointer<Float>
    private let ratios: UnsafeMutablePointer<Float>
    private let values: UnsafeMutablePointer<Float>

    init(_ row: UnsafeBufferPointer<Float>, planes: Int) {
        self.planes = planes
        planeSize = RowBuffer.padded((row.count + planes - 1) / planes)
        weights = .allocate(capacity: planes * planeSize)
        ratios = .allocate(capacity: planes * Self.blockSize)
        values = .allocate(capacity: planes * Self.blockSize)
        weights.initialize(repeating: 0, count: planes * planeSize)
        ratios.initialize(repeating: 0, count: planes * Self.blockSize)
        values.initialize(repeating: 0, count: planes * Self.blockSize)
        for (column, weight) in row.enumerated() { weights[column % planes * planeSize + column / planes] = weight }
    }

    deinit {
        weights.deallocate()
        ratios.deallocate()
        values.deallocate()
    }

    /// The weights of a block, and room for its ratios and grid values.
    func block(
        plane: Int, start: Int
    ) -> (weights: UnsafePointer<Float>, ratios: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>) {
        (
            UnsafePointer(weights + plane * planeSize + start), ratios + plane * Self.blockSize,
            values + plane * Self.blockSize
        )
    }
}
