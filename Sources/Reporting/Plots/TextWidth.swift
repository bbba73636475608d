/// How wide text is, so that nothing overlaps.
enum TextWidth {
    /// Widths of Helvetica's characters in thousandths of the font size (Adobe font metrics), by classes of like ones.
    private static let classes: [(characters: Set<Character>, width: Double)] = [
        (Set("ijl'|"), 222), (Set(" ftI.,:;!/\\[]()-r`·"), 300), (Set("sckvxyzJ"), 500),
        (Set("abdeghnopqu0123456789LF$#?_+=<>~"), 556),
        (Set("TZ"), 611), (Set("ABEKPSVXY&"), 667), (Set("CDHNRUw"), 722), (Set("GOQ"), 778), (Set("mM"), 833),
        (Set("W%@"), 944),
    ]
    private static let widths = Dictionary(
        classes.flatMap { entry in entry.characters.map { ($0, entry.width) } }, uniquingKeysWith: { first, _ in first }
    )

    /// The width in pixels, rather too much: other fonts of that sort are up to a twelfth wider.
    static func of(_ text: String, size: Double = 12) -> Double {
        text.reduce(0) { $0 + (widths[$1] ?? 667) } * size / 1000 * 1.08
    }

    /// The text, or its beginning and an ellipsis, in at most that width.
    static func fitted(_ text: String, _ width: Double, size: Double = 12) -> String {
        guard of(text, size: size) > width else { return text }
        var text = text
        while !text.isEmpty, of(text + "…", size: size) > width { text.removeLast() }
        return text + "…"
    }
}
