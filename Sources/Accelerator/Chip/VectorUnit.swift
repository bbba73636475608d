import Units

/// The unit for everything that is no GEMM.
public struct VectorUnit: Sendable {
    /// Additions, multiplications or comparisons per cycle.
    public let lanes: Int
    /// Exponentials, reciprocals or roots per cycle.
    public let specialLanes: Int
    /// Energy of one addition or comparison, operand delivery included.
    public let addEnergy: Picojoules
    /// Energy of one multiplication, operand delivery included.
    public let multiplyEnergy: Picojoules
    /// Energy of one exponential, reciprocal or root, operand delivery included.
    public let specialEnergy: Picojoules
    /// Area.
    public let areaSquareMicrometers: Double

    /// Cycles for a number of operations: simple and special ones go through different lanes at the same time.
    public func cycles(for operations: VectorOperations) -> Int {
        max(
            (operations.additions + operations.multiplications + lanes - 1) / lanes,
            (operations.specials + specialLanes - 1) / specialLanes)
    }

    /// Energy of a number of operations.
    public func energy(of operations: VectorOperations) -> Picojoules {
        addEnergy * Double(operations.additions) + multiplyEnergy * Double(operations.multiplications)
            + specialEnergy * Double(operations.specials)
    }
}

/// Counts of elementary operations of the vector unit.
public struct VectorOperations: Hashable, Sendable {
    /// Additions and comparisons.
    public var additions: Int
    /// Multiplications.
    public var multiplications: Int
    /// Exponentials, reciprocals and roots.
    public var specials: Int

    /// Creates counts.
    public init(additions: Int = 0, multiplications: Int = 0, specials: Int = 0) {
        self.additions = additions
        self.multiplications = multiplications
        self.specials = specials
    }

    /// The sum of two counts.
    public static func + (left: VectorOperations, right: VectorOperations) -> VectorOperations {
        VectorOperations(
            additions: left.additions + right.additions, multiplications: left.multiplications + right.multiplications,
            specials: left.specials + right.specials)
    }

    /// A multiple of the counts.
    public static func * (left: VectorOperations, right: Int) -> VectorOperations {
        VectorOperations(
            additions: left.additions * right, multiplications: left.multiplications * right,
            specials: left.specials * right)
    }
}
