extension Range<Int> {
    /// Parts one after the other whose lengths differ by one at most, the longer ones first.
    func divided(into parts: Int) -> [Range<Int>] {
        var first = lowerBound
        return (0..<parts).map { part in
            let length = count / parts + (part < count % parts ? 1 : 0)
            defer { first += length }
            return first..<first + length
        }
    }
}
