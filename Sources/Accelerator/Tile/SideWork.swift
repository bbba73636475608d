import Units

/// What units beside the published PEs do for each product with a matrix: nothing for BitMoD's own formats.
public struct SideWork: Hashable, Sendable {
    /// FP32 multiply-adds for each row, group and token: scales in FP16, zero points and means times sums of activations.
    public var multiplyAddsPerGroup = 0
    /// Shifted FP32 additions for each row, group and token: scales that are sums of powers of two.
    public var shiftAddsPerGroup = 0
    /// Shifted additions in one operation of the unit, which has an adder for each.
    public var shiftAddsPerOperation = 1
    /// PEs that share the unit for these operations, which does one a cycle.
    public var elementsPerUnit = 1
    /// Additions of each activation to the sum of its group, which all rows share.
    public var groupSumAdditions = 0
    /// Adder trees and accumulators of a PE beside its own, between which a bit per weight chooses.
    public var maskedAccumulators = 0
    /// Whether PEs add up in 32-bit integers.
    public var hasWideAccumulator = false
    /// Whether the vector unit has integer lanes beside its own: requantisation, exponentials, roots and divisions of 32-bit
    /// integers. Their operations are counted as the vector unit's.
    public var hasIntegerLanes = false

    /// No work.
    public init() {}

    /// Cycles that a PE's group takes at least: those of the operations of all PEs that share a unit.
    var cyclesPerGroup: Int {
        let shifts = (shiftAddsPerGroup + shiftAddsPerOperation - 1) / shiftAddsPerOperation
        return (multiplyAddsPerGroup + shifts) * elementsPerUnit
    }
}

/// The constants of the units beside the PEs.
public struct SideUnits: Sendable {
    /// Outliers that the chip multiplies in a cycle.
    public let gatherLanes: Int
    /// Energy of an FP32 multiply-add.
    public let multiplyAddEnergy: Picojoules
    /// Energy of an FP32 addition, of shifted partial sums and of activations.
    public let additionEnergy: Picojoules
    /// Energy of an integer addition in an adder tree or accumulator.
    public let integerAdditionEnergy: Picojoules
    /// Energy of an outlier's FP16 multiplication and FP32 addition, and of fetching its activation.
    public let gatherEnergy: Picojoules
    /// Areas after layout, in um2: FP32 multiplier and adder, FP32 adder, integer adder, gather lane, integer lane.
    public let areas:
        (
            multiplyAdd: Double, addition: Double, integerAddition: Double, gather: Double, integerLane: Double
        )
}

/// How often the units beside the PEs are used.
public struct SideCounts: Hashable, Sendable, Codable {
    /// FP32 multiply-adds.
    public var multiplyAdds = 0
    /// FP32 additions: shifted partial sums, activations of a group.
    public var additions = 0
    /// Integer additions.
    public var integerAdditions = 0
    /// Products with outliers.
    public var outlierProducts = 0
    /// Outliers, once for each product with their matrix however many tokens it has.
    public var outliers = 0

    /// None.
    public init() {}

    /// Adds others.
    public static func += (left: inout SideCounts, right: SideCounts) {
        left.multiplyAdds += right.multiplyAdds
        left.additions += right.additions
        left.integerAdditions += right.integerAdditions
        left.outlierProducts += right.outlierProducts
        left.outliers += right.outliers
    }

    /// The same several times.
    public static func * (left: SideCounts, right: Int) -> SideCounts {
        var product = left
        product.multiplyAdds *= right
        product.additions *= right
        product.integerAdditions *= right
        product.outlierProducts *= right
        product.outliers *= right
        return product
    }
}

extension SideUnits {
    /// The energy of so much use.
    public func energy(of counts: SideCounts) -> Picojoules {
        multiplyAddEnergy * Double(counts.multiplyAdds) + additionEnergy * Double(counts.additions)
            + integerAdditionEnergy * Double(counts.integerAdditions) + gatherEnergy * Double(counts.outlierProducts)
    }

    /// The area of what some work needs beside an array, in um2.
    ///
    /// Units behind the PEs: as many as share them, with all their adders. Group sums: an adder for each lane of each column
    /// of a cluster. Masked accumulators: for each a tree over the lanes and an accumulator in every PE. Wide accumulation: an
    /// adder of its own in every PE, beside the narrower one of FP16 activations.
    ///
    /// - Parameters:
    ///   - hasOutliers: whether there are single weights of high precision.
    ///   - vectorLanes: lanes of the vector unit.
    public func areaSquareMicrometers(
        for work: SideWork, hasOutliers: Bool, beside array: ProcessingArray, vectorLanes: Int
    ) -> Double {
        let units = Double((array.elements + work.elementsPerUnit - 1) / work.elementsPerUnit)
        var area = 0.0
        if work.multiplyAddsPerGroup > 0 { area += units * areas.multiplyAdd }
        if work.shiftAddsPerGroup > 0 { area += units * Double(work.shiftAddsPerOperation) * areas.addition }
        if work.groupSumAdditions > 0 {
            area += Double(array.clusters * array.clusterColumns * array.lanes) * areas.addition
        }
        area += Double(array.elements * work.maskedAccumulators * array.lanes) * areas.integerAddition
        if work.hasWideAccumulator { area += Double(array.elements) * areas.integerAddition }
        if work.hasIntegerLanes { area += Double(vectorLanes) * areas.integerLane }
        if hasOutliers { area += Double(gatherLanes) * areas.gather }
        return area
    }
}
