import Units

extension Picoseconds {
    /// The time of a number of bytes at a rate, rounded up to whole picoseconds.
    ///
    /// In integers, so that a quotient that is whole stays whole; the rate is taken in whole bytes per second.
    ///
    /// - Precondition: the time is less than 2^63 ps.
    static func ofMoving(_ bytes: Bytes, atBytesPerSecond rate: Double) -> Picoseconds {
        let divisor = UInt64(max(1, rate.rounded()))
        let product = UInt64(bytes.count).multipliedFullWidth(by: 1_000_000_000_000)
        let (quotient, remainder) = divisor.dividingFullWidth(product)
        return Picoseconds(Int(quotient) + (remainder > 0 ? 1 : 0))
    }
}
