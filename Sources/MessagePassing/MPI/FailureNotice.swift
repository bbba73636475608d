internal import CMPI

/// How a rank that fails by itself tells rank 0, which may be waiting for it.
enum FailureNotice {
    /// Bytes of text that go into one message.
    private static let limit = 4096

    /// Starts to send a failure to rank 0.
    ///
    /// - Returns: the memory of the message, which must outlive it. The operation needs no completion: it is small
    ///   enough to leave at once, and the program ends whether it is received or not.
    static func send(_ failure: RemoteFailure, on control: CMPIComm) throws -> (Staging, CMPIRequest) {
        let text = Array(failure.message.utf8.prefix(limit))
        let staging = Staging(copying: [UInt8](littleEndianBytesOf: failure.exitCode) + text)
        var request = cmpi_request_null()
        try MPIError.check(
            "MPI_Isend",
            cmpi_isend(
                staging.base, Int32(staging.bytes.count), cmpi_byte(), 0, Int32(MessageTag.failureNotice), control,
                &request))
        return (staging, request)
    }

    /// Takes a notice that has come.
    ///
    /// - Parameter source: the rank to hear, or nil for any.
    /// - Returns: nil if there is none.
    static func receive(on control: CMPIComm, from source: Int?) throws -> RemoteFailure? {
        var flag: Int32 = 0
        var message = cmpi_message_null()
        var status = CMPIStatus()
        try MPIError.check(
            "MPI_Improbe",
            cmpi_improbe(
                source.map(Int32.init) ?? cmpi_any_source(), Int32(MessageTag.failureNotice), control, &flag, &message,
                &status))
        guard flag != 0 else { return nil }
        var count: Int32 = 0
        try MPIError.check("MPI_Get_count", cmpi_get_count(&status, cmpi_byte(), &count))
        let staging = Staging(byteCount: Int(count))
        var request = cmpi_request_null()
        try MPIError.check("MPI_Imrecv", cmpi_imrecv(staging.base, count, cmpi_byte(), &message, &request))
        var backoff = Backoff(maySleep: false)
        while try !MPICommunicator.hasCompleted(&request) { backoff.pause() }
        let bytes = try staging.values(UInt8.self)
        return RemoteFailure(
            rank: Int(cmpi_status_source(&status)), message: String(decoding: bytes.dropFirst(4), as: UTF8.self),
            exitCode: Int32(littleEndianBytes: bytes.prefix(4)))
    }
}

extension [UInt8] {
    fileprivate init(littleEndianBytesOf number: Int32) {
        self = (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

extension Int32 {
    fileprivate init(littleEndianBytes bytes: ArraySlice<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | Int32($1) }
    }
}
