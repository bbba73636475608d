extension ShiftAddMatrix: PlaneMatrix {
    /// The planes of signs; all rows of a tile have its scales. A scale is at most three powers of two, whose shifted
    /// additions the unit behind the PE rounds once.
    public func planeSum() -> PlaneSum {
        let planes = (0..<planes).map { plane in
            QuantizedTensor.signs(
                codes.map { $0 >> UInt8(plane) & 1 == 1 ? -1 : 1 },
                scales: (0..<rows).flatMap { row in
                    let tile = row / groupRows * groupsPerRow
                    return (tile..<tile + groupsPerRow).lazy.map { alphas[$0 * self.planes + plane] }
                }, rows: rows, columns: columns, groupSize: groupSize)
        }
        return PlaneSum(planes: planes, rows: rows, columns: columns, groupSize: groupSize)
    }
}
