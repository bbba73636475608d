/// A message to come.
///
/// ``wait()`` must be called before the program ends; a pending operation that nobody waits for is an error there.
public final class PendingReceive<Element: BitwiseCopyable> {
    private var result: Result<[Element], any Error>?
    private let finish: () throws -> [Element]

    /// Makes a pending operation; for implementations of ``Communicator``.
    ///
    /// - Parameter finish: returns the values once they have come. Called at most once.
    public init(_ finish: @escaping () throws -> [Element]) { self.finish = finish }

    /// Waits for the message. Returns the same values, or throws the same error, if called again.
    ///
    /// - Returns: the values, as many as were sent.
    public func wait() throws -> [Element] {
        if let result { return try result.get() }
        let outcome = Result { try finish() }
        result = outcome
        return try outcome.get()
    }
}
