extension Communicator {
    /// Checks in debug builds that every rank is about to call the same collective.
    ///
    /// The text of the call itself is exchanged, cut to a fixed length: what is compared is what the error shows.
    /// Costs one exchange of 96 bytes a rank; release builds do nothing.
    func checkAgreement(_ call: @autoclosure () -> String) throws {
        #if DEBUG
        guard size > 1 else { return }
        let length = 96
        let text = Array(call().utf8.prefix(length))
        let all = try exchangeEqualCounts(text + [UInt8](repeating: 0, count: length - text.count))
        let calls = (0..<size).map { rank in
            String(decoding: all[rank * length..<(rank + 1) * length].prefix { $0 != 0 }, as: UTF8.self)
        }
        guard calls.allSatisfy({ $0 == calls[0] }) else { throw CommunicationError.disagreement(calls) }
        #endif
    }
}
