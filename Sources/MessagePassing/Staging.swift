/// Memory that stays where it is while a message is under way.
///
/// A non-blocking operation writes to or reads from it until it completes; whoever holds the object keeps the memory.
final class Staging {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        bytes = .allocate(byteCount: byteCount, alignment: 64)
    }

    convenience init<T: BitwiseCopyable>(copying values: [T]) {
        self.init(byteCount: values.count * MemoryLayout<T>.stride)
        values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }

    deinit { bytes.deallocate() }

    var base: UnsafeMutableRawPointer? { bytes.baseAddress }

    /// The first element, for calls that take a list of them.
    func pointer<T: BitwiseCopyable>(to type: T.Type) -> UnsafeMutablePointer<T>? {
        base?.assumingMemoryBound(to: type)
    }

    /// The elements in a range of bytes.
    func values<T: BitwiseCopyable>(_ type: T.Type, in range: Range<Int>) throws -> [T] {
        try [T](copying: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    /// All elements.
    func values<T: BitwiseCopyable>(_ type: T.Type) throws -> [T] {
        try [T](copying: UnsafeRawBufferPointer(bytes))
    }
}

extension Array where Element: BitwiseCopyable {
    /// The elements that lie in memory one after the other; the memory need not be aligned.
    ///
    /// - Throws: ``CommunicationError/partialElement(bytes:type:stride:)`` if the last one is incomplete.
    package init(copying bytes: UnsafeRawBufferPointer) throws {
        let stride = MemoryLayout<Element>.stride
        guard bytes.count.isMultiple(of: stride) else {
            throw CommunicationError.partialElement(bytes: bytes.count, type: "\(Element.self)", stride: stride)
        }
        // The initialiser below writes the count into the storage that all empty arrays of the process share.
        if bytes.isEmpty {
            self = []
            return
        }
        self.init(unsafeUninitializedCapacity: bytes.count / stride) { elements, count in
            UnsafeMutableRawBufferPointer(elements).copyMemory(from: bytes)
            count = bytes.count / stride
        }
    }
}
