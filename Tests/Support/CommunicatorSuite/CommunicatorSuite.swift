/// How every communicator behaves, with any number of ranks.
public enum CommunicatorSuite {
    /// All checks.
    public static let checks = pointToPoint + collectives + reductions + values + agreements
}
