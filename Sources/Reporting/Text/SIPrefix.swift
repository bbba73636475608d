/// A prefix of the SI and the power of ten that it stands for.
struct SIPrefix {
    /// What a number with this prefix is multiplied by.
    let scale: Double
    /// The letter, or nothing for 1.
    let letter: String

    /// The largest prefix that leaves a value above 0.9995, so that three digits of it stay below 1000.
    init(for value: Double) {
        let prefixes: [(Double, String)] = [
            (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "\u{B5}"),
            (1e-9, "n"), (1e-12, "p"),
        ]
        (scale, letter) = prefixes.first { abs(value) >= $0.0 * 0.9995 } ?? (1e-12, "p")
    }

    /// The letter where only ASCII is sure to be shown: micro is u.
    var asciiLetter: String { letter == "\u{B5}" ? "u" : letter }
}
