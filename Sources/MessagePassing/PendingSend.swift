/// A message on its way. It owns a copy of the values, so the sender may change or drop its own.
///
/// ``wait()`` must be called before the program ends; a pending operation that nobody waits for is an error there.
public final class PendingSend {
    private var finish: (() throws -> Void)?

    /// Makes a pending operation; for implementations of ``Communicator``.
    ///
    /// - Parameter finish: returns when the copy is not needed any more. Called at most once.
    public init(_ finish: @escaping () throws -> Void) { self.finish = finish }

    /// Waits until the message has left. Returns at once if called again.
    public func wait() throws {
        defer { finish = nil }
        try finish?()
    }
}
