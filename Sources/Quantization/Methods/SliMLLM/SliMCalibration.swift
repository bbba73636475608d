/// What SliM-LLM knows of the inputs of a layer; for all matrices that have them.
public struct SliMCalibration: Sendable, Hashable {
    /// What errors are fed back with, and blocks are chosen by.
    public let factor: HessianFactor
    /// The diagonal of the factor with which the number of pairs is searched: H + 0.01, as published [columns].
    public let allocationDiagonal: [Double]
    /// Inputs by which the number of pairs is searched [samples x columns]; empty for the usual number.
    public let samples: [Float]

    /// From second moments, and samples if the number of pairs is to be searched.
    ///
    /// - Throws: `CalibrationError`.
    /// - Precondition: whole samples.
    init(_ moment: SecondMoment, samples: [Float], damping: Double) throws(CalibrationError) {
        precondition(samples.count % moment.columns == 0, "whole samples")
        if let index = samples.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteValue(index: index) }
        factor = try HessianFactor(moment, damping: .relative(damping))
        allocationDiagonal =
            samples.isEmpty
            ? []
            : try HessianFactor(moment, damping: .absolute(0.01), order: .given, diagonalOnly: true).diagonal
        self.samples = samples
    }
}
