internal import CMPI

extension MPICommunicator {
    /// Copies the values and hands them to the library.
    public func startSend<T: BitwiseCopyable>(_ values: [T], to destination: Int, tag: Int) throws -> PendingSend {
        try check(rank: destination, tag: tag)
        try checkUsable()
        let staging = Staging(copying: values)
        var requests = try startParts(UnsafeRawBufferPointer(staging.bytes), to: destination, tag: tag)
        outgoing[ObjectIdentifier(staging)] = staging
        return PendingSend { [self] in
            try checkUsable()
            try wait(bytes: staging.bytes.count) { try Self.haveCompleted(&requests) }
            outgoing[ObjectIdentifier(staging)] = nil
        }
    }

    /// Sends without a copy.
    public func send<T: BitwiseCopyable>(_ values: [T], to destination: Int, tag: Int) throws {
        try check(rank: destination, tag: tag)
        try checkUsable()
        try values.withUnsafeBytes { bytes in
            var requests = try startParts(bytes, to: destination, tag: tag)
            do {
                try wait(bytes: bytes.count) { try Self.haveCompleted(&requests) }
            } catch {
                abandon(values)
                throw error
            }
        }
    }

    /// Takes the next message of a rank and tag that is not yet taken.
    public func startReceive<T: BitwiseCopyable>(
        _ type: T.Type, from source: Int, tag: Int
    ) throws -> PendingReceive<T> {
        try check(rank: source, tag: tag)
        try checkUsable()
        let message = IncomingMessage(source: source, tag: tag)
        incoming.append(message)
        unfinishedReceives += 1
        try advanceIncoming()
        return PendingReceive { [self] in
            try checkUsable()
            // How much will come is not known: sleeping is right until it starts to.
            try wait(bytes: 0) { message.isComplete }
            unfinishedReceives -= 1
            return try message.values(type)
        }
    }

    /// Looks for a message of any rank until there is one.
    public func awaitMessage(tag: Int) throws -> Int {
        try check(tag: tag)
        try checkUsable()
        var source: Int?
        try wait(bytes: 0) {
            source = try probe(tag: tag)
            return source != nil
        }
        return source ?? rank
    }

    /// Looks once, also for the failure of another rank.
    public func pollMessage(tag: Int) throws -> Int? {
        try check(tag: tag)
        try checkUsable()
        try advanceIncoming()
        if rank == 0 { try noticeFailures() }
        return try probe(tag: tag)
    }

    private func probe(tag: Int) throws -> Int? {
        var status = CMPIStatus()
        var flag: Int32 = 0
        try MPIError.check("MPI_Iprobe", cmpi_iprobe(cmpi_any_source(), Int32(tag), world, &flag, &status))
        return flag == 0 ? nil : Int(cmpi_status_source(&status))
    }

    /// Takes what has come for the receives that were started.
    ///
    /// Of receives with one source and tag only the first may look, or the order of messages would be lost.
    func advanceIncoming() throws {
        guard !incoming.isEmpty else { return }
        var seen: Set<[Int]> = []
        for message in incoming where seen.insert([message.source, message.tag]).inserted {
            try message.advance(on: world, partLimit: partLimit)
        }
        incoming.removeAll(where: \.isComplete)
    }

    /// Starts to send all parts of a message (see ``IncomingMessage``).
    private func startParts(_ bytes: UnsafeRawBufferPointer, to destination: Int, tag: Int) throws -> [CMPIRequest] {
        var requests: [CMPIRequest] = []
        var offset = 0
        repeat {
            let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<min(offset + partLimit, bytes.count)])
            var request = cmpi_request_null()
            try MPIError.check(
                "MPI_Isend",
                cmpi_isend(
                    part.baseAddress, Int32(part.count), cmpi_byte(), Int32(destination), Int32(tag), world, &request))
            requests.append(request)
            offset += partLimit
        } while offset <= bytes.count
        return requests
    }

    private static func haveCompleted(_ requests: inout [CMPIRequest]) throws -> Bool {
        while !requests.isEmpty {
            guard try hasCompleted(&requests[requests.count - 1]) else { return false }
            requests.removeLast()
        }
        return true
    }
}
