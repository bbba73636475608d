import Checkpoints

/// A matrix of binary32 numbers as NumPy's `numpy.load` reads it.
///
/// Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0.
public struct NPYArray: Sendable {
    /// The numbers, row by row [rows x columns].
    public let values: [Float]
    /// The number of columns.
    public let columns: Int

    /// A matrix.
    ///
    /// - Precondition: `values.count` is a multiple of `columns`.
    public init(_ values: [Float], columns: Int) {
        precondition(columns > 0 && values.count.isMultiple(of: columns), "whole rows")
        self.values = values
        self.columns = columns
    }

    /// The bytes before the numbers; their number is a multiple of 64.
    var header: [UInt8] {
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(values.count / columns), \(columns)), }"
        let padding = (64 - (10 + text.utf8.count + 1) % 64) % 64
        let count = UInt16(text.utf8.count + padding + 1)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 0xFF), UInt8(count >> 8)] + Array(text.utf8)
            + [UInt8](repeating: 0x20, count: padding) + [0x0A]
    }

    /// Writes the file, whole or not at all.
    ///
    /// - Throws: ``InputError`` (output) if it cannot be written.
    public func write(to path: String) throws {
        let file = try AtomicFile(creating: path)
        try header.withUnsafeBytes { try file.append($0) }
        // The format is little endian, as are all processors that this program is built for.
        try values.withUnsafeBytes { try file.append($0) }
        try file.commit()
    }
}
