import Inference

/// How far logits agree with another execution. Numbers that are not finite are null.
struct AgreementDocument: Encodable {
    let with: String
    let positions: Int
    let topOneAgreement: Double
    @NullIfAbsent var meanDivergenceNats: Double?
    @NullIfAbsent var maximumDivergenceNats: Double?
    @NullIfAbsent var maximumLogitError: Double?

    init(_ agreement: Agreement, with compared: ComparedExecution) {
        func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
        with = compared.rawValue
        positions = agreement.positions
        topOneAgreement = agreement.topOneShare
        meanDivergenceNats = finite(agreement.meanDivergence)
        maximumDivergenceNats = finite(agreement.largestDivergence)
        maximumLogitError = finite(Double(agreement.largestLogitError))
    }
}
