extension Sequence where Element: Equatable {
    /// Equal neighbours together: the element and how many there are, in order.
    public func runs() -> [(element: Element, count: Int)] {
        var runs: [(element: Element, count: Int)] = []
        for element in self {
            if let last = runs.indices.last, runs[last].element == element {
                runs[last].count += 1
            } else {
                runs.append((element, 1))
            }
        }
        return runs
    }
}
