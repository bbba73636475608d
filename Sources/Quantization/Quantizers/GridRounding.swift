/// The nearest grid value of a ratio without a table of midpoints and without branches, so that loops of it vectorise.
///
/// The basic grid of a format rounds like a floating-point format of few significant bits; special values and flint's
/// largest value replace it between the midpoints to their neighbours. Ratios must have binary16's precision: a
/// nudge of 2^−13 toward minus infinity, too small to cross a value, makes ties go to the lower neighbour.
struct GridRounding {
    /// The format's code of each value, at value + 512 [1024].
    let codes: [UInt8]
    /// Whether values outside the basic grid lie at both ends (flint), which costs a second comparison.
    let hasSecondWindow: Bool

    private let smallestPower: Float
    private let magicFactor: Float
    private let nudge: Float
    private let limit: Float
    private let first: Window
    private let second: Window

    /// Ratios in (low, high] become `value`.
    private struct Window {
        var low = Float.infinity
        var high = Float.infinity
        var value: Float = 0
    }

    /// - Parameter tiesToEven: round half-way ratios to even (integers) instead of down.
    init(_ format: NumberFormat, tiesToEven: Bool) {
        var codes = [UInt8](repeating: 0, count: 1024)
        for (value, code) in zip(format.grid, format.codeOfGridIndex) { codes[value + 512] = code }
        self.codes = codes
        smallestPower = Float(1 << (format.significantBits - 1))
        magicFactor = 0x1.8p23 / smallestPower
        nudge = tiesToEven ? 0 : 0x1p-13

        let grid = format.grid
        let basic = (0...format.maximumMagnitude).filter { Self.isBasic($0, precision: format.significantBits) }
        let limit = basic.prefix { grid.contains($0) && grid.contains(-$0) }.last ?? 0
        self.limit = Float(limit)
        let extra = grid.indices.filter {
            abs(grid[$0]) > limit || !Self.isBasic(abs(grid[$0]), precision: format.significantBits)
        }
        precondition(extra.count <= 2, "at most two values beside the basic grid")
        let windows = extra.map { index in
            Window(
                low: index == 0 ? -.infinity : Float(grid[index - 1] + grid[index]) / 2,
                high: index == grid.count - 1 ? .infinity : Float(grid[index] + grid[index + 1]) / 2,
                value: Float(grid[index]))
        }
        first = windows.first ?? Window()
        second = windows.dropFirst().first ?? Window()
        hasSecondWindow = windows.count == 2
    }

    /// Whether a magnitude has at most `precision` significant bits.
    private static func isBasic(_ magnitude: Int, precision: Int) -> Bool {
        magnitude == 0
            || Int.bitWidth - magnitude.leadingZeroBitCount - magnitude.trailingZeroBitCount <= precision
    }

    /// The basic grid's nearest value, not yet limited to its range; the same for formats that differ in special values.
    @inline(__always)
    func basic(_ ratio: Float) -> Float {
        let nudged = ratio - ratio.magnitude * nudge
        let power = Float(bitPattern: nudged.bitPattern & 0x7f80_0000)
        let magic = (power > smallestPower ? power : smallestPower) * magicFactor
        return (nudged + magic) - magic
    }

    /// The nearest grid value, from the ratio and what `basic` made of it.
    ///
    /// - Parameter hasSecondWindow: pass the property of that name, outside a loop as a constant.
    @inline(__always)
    func nearest(_ ratio: Float, basic: Float, hasSecondWindow: Bool) -> Float {
        var value = basic < limit ? basic : limit
        value = value > -limit ? value : -limit
        value = ratio > first.low && ratio <= first.high ? first.value : value
        if hasSecondWindow { value = ratio > second.low && ratio <= second.high ? second.value : value }
        return value
    }
}
