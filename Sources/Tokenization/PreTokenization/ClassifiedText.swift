/// Characters and their classes, and the alternatives of the patterns, each from a start to the end of its match.
struct ClassifiedText {
    let scalars: [Unicode.Scalar]
    private let classes: [ScalarClass]

    init(_ text: some Sequence<Unicode.Scalar>) {
        scalars = Array(text)
        classes = scalars.map { ScalarClass($0) }
    }

    /// The end of the run of characters for which something holds.
    @inline(__always)
    private func run(_ start: Int, _ end: Int, _ condition: (ScalarClass) -> Bool) -> Int {
        var index = start
        while index < end, condition(classes[index]) { index += 1 }
        return index
    }

    /// `'s|'t|'re|'ve|'m|'ll|'d`
    private func contraction(_ start: Int, _ end: Int, ignoringCase: Bool) -> Int? {
        guard scalars[start] == "'", start + 1 < end else { return nil }
        func letter(_ index: Int) -> Unicode.Scalar? {
            guard index < end else { return nil }
            let scalar = scalars[index]
            guard ignoringCase else { return scalar }
            if scalar == "\u{17F}" { return "s" }
            return (0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(scalar.value | 0x20) : scalar
        }
        switch letter(start + 1) {
        case "s", "t", "m", "d": return start + 2
        case "r" where letter(start + 2) == "e", "v" where letter(start + 2) == "e",
            "l" where letter(start + 2) == "l":
            return start + 3
        default: return nil
        }
    }

    /// `\s+(?!\S)|\s+`
    private func spaces(_ start: Int, _ end: Int) -> Int {
        let stop = run(start, end) { $0.contains(.space) }
        return stop == end || stop == start + 1 ? stop : stop - 1
    }

    /// GPT-2's pattern.
    func gpt2(_ start: Int, _ end: Int) -> Int {
        if let stop = contraction(start, end, ignoringCase: false) { return stop }
        let first = scalars[start] == " " && start + 1 < end ? start + 1 : start
        let kind = classes[first]
        if kind.contains(.letter) { return run(first, end) { $0.contains(.letter) } }
        if kind.contains(.number) { return run(first, end) { $0.contains(.number) } }
        if kind.isOther { return run(first, end, \.isOther) }
        return spaces(start, end)
    }

    /// Llama 3's pattern, with runs of at most `digits` numbers.
    func llama3(_ start: Int, _ end: Int, digits: Int) -> Int {
        if let stop = contraction(start, end, ignoringCase: true) { return stop }
        let kind = classes[start]
        if kind.contains(.letter) { return run(start, end) { $0.contains(.letter) } }
        if kind.isDisjoint(with: [.number, .lineEnd]), start + 1 < end, classes[start + 1].contains(.letter) {
            return run(start + 1, end) { $0.contains(.letter) }
        }
        if kind.contains(.number) { return run(start, min(end, start + digits)) { $0.contains(.number) } }
        let first = scalars[start] == " " && start + 1 < end ? start + 1 : start
        if classes[first].isOther {
            return run(run(first, end, \.isOther), end) { $0.contains(.lineEnd) }
        }
        let stop = run(start, end) { $0.contains(.space) }
        if let last = (start..<stop).last(where: { classes[$0].contains(.lineEnd) }) { return last + 1 }
        return spaces(start, end)
    }

    /// Numbers, at most `limit` together, or what is between them.
    func numbers(_ start: Int, _ end: Int, limit: Int) -> Int {
        if classes[start].contains(.number) {
            return run(start, limit < end - start ? start + limit : end) { $0.contains(.number) }
        }
        return run(start, end) { !$0.contains(.number) }
    }

    /// `\n|▁*[^▁\n]+|▁+`
    func markedWord(_ start: Int, _ end: Int) -> Int {
        guard scalars[start] != "\n" else { return start + 1 }
        var index = start
        while index < end, scalars[index] == Self.mark { index += 1 }
        while index < end, scalars[index] != Self.mark, scalars[index] != "\n" { index += 1 }
        return index
    }

    /// A mark and what follows up to the next mark.
    func metaspaceWord(_ start: Int, _ end: Int) -> Int {
        var index = start + 1
        while index < end, scalars[index] != Self.mark { index += 1 }
        return index
    }

    /// The mark of SentencePiece that stands for a blank.
    static let mark: Unicode.Scalar = "\u{2581}"

    /// The UTF-8 bytes of a piece.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for scalar in scalars[range] {
            if scalar.value < 0x80 { bytes.append(UInt8(scalar.value)) } else { bytes += UTF8.encode(scalar)! }
        }
        return bytes
    }
}
