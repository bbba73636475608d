/// How the elements of several ranks become one.
public enum ReductionOperation: String, Hashable, Sendable, CaseIterable {
    /// The sum. Integers wrap around on overflow; floating-point numbers are added in the order of ranks.
    case sum
    /// The smallest. Of floating-point numbers not-a-number if any is, and -0 before +0.
    case minimum
    /// The largest. Of floating-point numbers not-a-number if any is, and +0 before -0.
    case maximum
}
