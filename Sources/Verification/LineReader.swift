import Documents

#if canImport(Glibc)
import Glibc
#else
import Foundation
#endif

/// Reads lines out of large pieces of a file.
struct LineReader: ~Copyable {
    /// The number of the last line read, from 1.
    private(set) var number = 0

    private let read: (UnsafeMutableRawBufferPointer) throws -> Int
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var isAtEnd = false

    /// The longest line: a line of stimuli has a hundred bytes.
    static let maximumLineLength = 1 << 17

    /// A reader.
    ///
    /// - Parameter read: fills memory from the file and returns the number of bytes, 0 at the end.
    init(read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
        self.read = read
        buffer = .allocate(byteCount: Self.maximumLineLength, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Gives the next line without its end (LF or CR LF) to `body`, or returns false at the end of the file.
    ///
    /// - Throws: what reading throws, and an ``InputError`` (data) for a line that is too long.
    mutating func next(file: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        var searched = start
        while true {
            if let offset = lineEnd(in: searched..<end) {
                let line = start..<offset
                start = line.upperBound + 1
                number += 1
                try body(trimmed(line))
                return true
            }
            searched = end
            if isAtEnd {
                guard start < end else { return false }
                let line = start..<end
                start = end
                number += 1
                try body(trimmed(line))
                return true
            }
            searched -= start
            try fill(file: file)
            searched += start
        }
    }

    private func lineEnd(in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let base = buffer.baseAddress,
            let found = memchr(base + range.lowerBound, 0x0a, range.count)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private func trimmed(_ line: Range<Int>) -> UnsafeRawBufferPointer {
        let hasReturn = !line.isEmpty && buffer[line.upperBound - 1] == 0x0d
        return UnsafeRawBufferPointer(
            rebasing: buffer[line.lowerBound..<(hasReturn ? line.upperBound - 1 : line.upperBound)])
    }

    /// Moves what is left to the front and reads more behind it.
    private mutating func fill(file: String) throws {
        guard end - start < buffer.count else {
            throw InputError(
                .data, file: file, line: number + 1, problem: "the line is longer than \(buffer.count) bytes")
        }
        if start > 0 {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            buffer.copyMemory(from: rest)
            end -= start
            start = 0
        }
        let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
        if count == 0 { isAtEnd = true }
        end += count
    }
}
