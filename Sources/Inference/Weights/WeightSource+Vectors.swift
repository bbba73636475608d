import Checkpoints
import Documents

extension WeightSource {
    /// Reads a part of a tensor whose elements must be numbers.
    ///
    /// - Returns: row by row [rows x columns].
    /// - Throws: ``InputError`` (data) that names the first element that is infinite or NaN.
    func finite(_ name: String, rows: Range<Int>, columns: Range<Int>) throws -> [Float] {
        let values = try read(name, rows: rows, columns: columns)
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            let place = (rows.lowerBound + index / columns.count, columns.lowerBound + index % columns.count)
            throw InputError(
                .data, file: path, key: name,
                problem: "the weight [\(place.0), \(place.1)] is \(values[index].isNaN ? "NaN" : "infinite")")
        }
        return values
    }

    /// Reads a whole vector of numbers.
    ///
    /// - Throws: ``InputError`` (data) if it is absent or of another length, or an element is infinite or NaN.
    func finiteVector(_ name: String, count: Int) throws -> [Float] {
        try require(name, [count])
        return try finite(name, rows: 0..<1, columns: 0..<count)
    }
}
