/// Text on its way to a file, collected into large pieces.
///
/// Owns plain memory and not an array, whose checks cost more than the text of a number does.
struct TextBuffer: ~Copyable {
    private let memory: UnsafeMutablePointer<UInt8>
    private var count = 0
    private let write: (UnsafeRawBufferPointer) throws -> Void

    private static let capacity = 1 << 18

    /// A buffer in front of `write`.
    init(write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.write = write
        memory = .allocate(capacity: Self.capacity)
    }

    deinit { memory.deallocate() }

    /// Makes room for that many bytes, by passing on what has been collected if need be.
    ///
    /// - Precondition: `room` is less than a quarter of a million bytes.
    mutating func reserve(_ room: Int) throws {
        precondition(room <= Self.capacity, "the text is longer than the buffer")
        if count + room > Self.capacity { try flush() }
    }

    /// Appends one character, for which there must be room.
    @inline(__always)
    mutating func append(_ character: Unicode.Scalar) {
        memory[count] = UInt8(ascii: character)
        count += 1
    }

    /// Appends bytes as they are, for which there must be room.
    mutating func append(_ text: UnsafeRawBufferPointer) {
        guard let start = text.baseAddress else { return }
        UnsafeMutableRawPointer(memory + count).copyMemory(from: start, byteCount: text.count)
        count += text.count
    }

    /// Appends a number in decimal digits, for which there must be room: 20 bytes.
    @inline(__always)
    mutating func append(_ number: Int) {
        var rest = number.magnitude
        if number < 0 { append("-") }
        var digits = 1
        var bound: UInt = 10
        while rest >= bound, digits < 19 {
            digits += 1
            bound &*= 10
        }
        var place = count + digits
        count = place
        repeat {
            place -= 1
            memory[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    /// Passes on what has been collected.
    mutating func flush() throws {
        guard count > 0 else { return }
        try write(UnsafeRawBufferPointer(start: memory, count: count))
        count = 0
    }
}
