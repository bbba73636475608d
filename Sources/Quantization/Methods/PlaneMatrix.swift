/// A stored matrix that PEs and side units can multiply.
public protocol PlaneMatrix: StoredMatrix {
    /// What they multiply; its weights are those of `dequantized()`.
    func planeSum() -> PlaneSum
    /// What each activation is multiplied with before, in binary16 [columns]; empty for 1.
    var inputFactors: [Float] { get }
    /// Groups whose steps take another number of cycles than the scheme's other groups, and that number.
    var exceptionalGroups: [Int: Int] { get }
}

extension PlaneMatrix {
    /// None.
    public var inputFactors: [Float] { [] }
    /// None.
    public var exceptionalGroups: [Int: Int] { [:] }
}
