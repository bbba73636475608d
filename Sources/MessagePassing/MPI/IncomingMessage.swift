internal import CMPI

/// A message that a receive waits for, in as many parts as it was sent in.
///
/// A part as long as the limit is followed by another one, which may be empty. So the length comes with the message
/// and nothing is sent ahead of it.
final class IncomingMessage {
    let source: Int, tag: Int
    private(set) var isComplete = false
    private var parts: [Staging] = []
    /// The part that the library is filling.
    private var request: CMPIRequest?

    init(source: Int, tag: Int) {
        self.source = source
        self.tag = tag
    }

    /// Takes what has come.
    func advance(on world: CMPIComm, partLimit: Int) throws {
        while !isComplete {
            if var active = request {
                let completed = try MPICommunicator.hasCompleted(&active)
                request = completed ? nil : active
                guard completed else { return }
                isComplete = parts[parts.count - 1].bytes.count < partLimit
            } else {
                guard let next = try Self.startPart(source: source, tag: tag, on: world) else { return }
                parts.append(next.staging)
                request = next.request
            }
        }
    }

    /// The bytes as elements.
    func values<T: BitwiseCopyable>(_ type: T.Type) throws -> [T] {
        if parts.count == 1 { return try parts[0].values(type) }
        let whole = Staging(byteCount: parts.reduce(0) { $0 + $1.bytes.count })
        var offset = 0
        for part in parts {
            UnsafeMutableRawBufferPointer(rebasing: whole.bytes[offset...]).copyMemory(
                from: UnsafeRawBufferPointer(part.bytes))
            offset += part.bytes.count
        }
        return try whole.values(type)
    }

    private static func startPart(
        source: Int, tag: Int, on world: CMPIComm
    ) throws -> (staging: Staging, request: CMPIRequest)? {
        var flag: Int32 = 0
        var message = cmpi_message_null()
        var status = CMPIStatus()
        try MPIError.check(
            "MPI_Improbe", cmpi_improbe(Int32(source), Int32(tag), world, &flag, &message, &status))
        guard flag != 0 else { return nil }
        var count: Int32 = 0
        try MPIError.check("MPI_Get_count", cmpi_get_count(&status, cmpi_byte(), &count))
        let staging = Staging(byteCount: Int(count))
        var request = cmpi_request_null()
        try MPIError.check("MPI_Imrecv", cmpi_imrecv(staging.base, count, cmpi_byte(), &message, &request))
        return (staging, request)
    }
}
