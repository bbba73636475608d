/// A token of a step: which sequence it continues, where, and what it is.
struct StepToken: Sendable, Hashable {
    var sequence: Int
    var position: Int
    var token: Int
}
