import MessagePassing

/// One statement about how a communicator behaves, and the code that sees whether it is true.
///
/// Every implementation of ``Communicator`` passes all of ``CommunicatorSuite``: with threads inside a test, with
/// processes in `mpi-selftest`.
public struct CommunicatorCheck: Sendable, CustomStringConvertible {
    /// The statement.
    public let description: String
    private let body: @Sendable (any Communicator) throws -> Void

    init(_ statement: String, _ body: @escaping @Sendable (any Communicator) throws -> Void) {
        description = statement
        self.body = body
    }

    /// Does what is checked, on every rank; throws ``CheckFailure`` where the statement is not true.
    public func run(_ communicator: any Communicator) throws { try body(communicator) }
}

/// A statement that is not true.
public struct CheckFailure: Error, CustomStringConvertible {
    /// What was found, and where.
    public let description: String
}

/// Throws unless two values are equal.
func expectEqual<T: Equatable>(
    _ found: T, _ expected: T, file: StaticString = #fileID, line: UInt = #line
) throws {
    guard found != expected else { return }
    throw CheckFailure(description: "\(file):\(line): found \(found), expected \(expected)")
}

/// Throws unless a body throws an error that fits.
func expectError<E: Error>(
    _ type: E.Type, file: StaticString = #fileID, line: UInt = #line, _ body: () throws -> Void,
    where fits: (E) -> Bool = { _ in true }
) throws {
    do {
        try body()
    } catch let error as E where fits(error) {
        return
    } catch {
        throw CheckFailure(description: "\(file):\(line): threw \(error)")
    }
    throw CheckFailure(description: "\(file):\(line): did not throw")
}
