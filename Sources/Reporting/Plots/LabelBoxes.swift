/// Finds places for labels where there is nothing yet.
struct LabelBoxes {
    private let area: PlotArea
    private var taken: [Box] = []

    /// A rectangle.
    struct Box {
        var left: Double
        var top: Double
        var right: Double
        var bottom: Double

        /// Whether two have a place in common.
        func touches(_ other: Box) -> Bool {
            let isBeside = right < other.left || left > other.right
            let isAboveOrBelow = bottom < other.top || top > other.bottom
            return !isBeside && !isAboveOrBelow
        }
    }

    init(_ area: PlotArea) { self.area = area }

    /// Keeps labels away from a point.
    mutating func block(_ place: (Double, Double), size: Double) {
        taken.append(
            Box(left: place.0 - size, top: place.1 - size, right: place.0 + size, bottom: place.1 + size))
    }

    /// Keeps labels away from a line.
    mutating func block(along places: [(Double, Double)]) {
        for (from, to) in zip(places, places.dropFirst()) {
            let steps = max(1, Int((abs(to.0 - from.0) + abs(to.1 - from.1)) / 6))
            for step in 0...steps {
                let part = Double(step) / Double(steps)
                block((from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part), size: 1.5)
            }
        }
    }

    /// The start of the baseline of a label near a point, or nil where there is no room.
    mutating func place(_ label: String, at point: (Double, Double)) -> (Double, Double)? {
        let width = TextWidth.of(label, size: 11)
        let (x, y) = point
        let starts = [
            (x + 8, y + 4), (x - width - 8, y + 4), (x - width / 2, y - 9), (x - width / 2, y + 17), (x + 6, y - 9),
            (x + 6, y + 17), (x - width - 6, y - 9), (x - width - 6, y + 17),
        ]
        for start in starts {
            let box = Box(left: start.0 - 1, top: start.1 - 10, right: start.0 + width + 1, bottom: start.1 + 3)
            guard box.left >= area.left, box.right <= area.right + 12, box.top >= area.top - 8,
                box.bottom <= area.bottom
            else { continue }
            if !taken.contains(where: box.touches) {
                taken.append(box)
                return start
            }
        }
        return nil
    }
}
