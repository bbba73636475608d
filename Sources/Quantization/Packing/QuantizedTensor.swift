/// A quantised weight matrix [rows x columns]: codes and metadata, unpacked for computing.
///
/// `PackedTensor` holds the same in the bits that are counted.
public struct QuantizedTensor: Sendable, Hashable {
    /// How the weights are represented.
    public let scheme: Scheme
    /// Output channels.
    public let rows: Int
    /// Input channels.
    public let columns: Int
    /// One code per weight, row by row [rows x columns]; empty for `fp16`.
    public internal(set) var codes: [UInt8]
    /// The bits of binary16 weights, row by row [rows x columns]; empty for all other schemes.
    public internal(set) var halfBits: [UInt16]
    /// Scales of the groups [rows x groups], for `ScaleEncoding.float16` and `.float32`.
    public internal(set) var groupScales: [Float]
    /// 8-bit scales of the groups [rows x groups]: factors of the row's scale for `ScaleEncoding.int8`, biased exponents
    /// for `.exponent8`.
    public internal(set) var scaleCodes: [UInt8]
    /// Zero points of the groups [rows x groups]: 0…255, or −128…127 with `ScaleEncoding.int8`.
    public internal(set) var zeroPoints: [Int16]
    /// The chosen data type of each group, an index into `Scheme.formats` [rows x groups].
    public internal(set) var selectors: [UInt8]
    /// Scales of the rows [rows x Scheme.rowScaleCount].
    public internal(set) var rowScales: [Float]
    /// The tensor's data type, an index into `Scheme.formats`, for ANT per channel and OliVe.
    public internal(set) var tensorType: UInt8

    /// Groups of a row, the shorter tail group included.
    public var groupsPerRow: Int { (columns + scheme.groupSize - 1) / scheme.groupSize }

    /// All zero codes and metadata, of the sizes the scheme needs.
    init(zeros scheme: Scheme, rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative dimensions")
        self.scheme = scheme
        self.rows = rows
        self.columns = columns
        let weights = rows * columns
        let groups = rows * ((columns + scheme.groupSize - 1) / scheme.groupSize)
        let isHalf = scheme.family == .float16
        codes = [UInt8](repeating: 0, count: isHalf ? 0 : weights)
        halfBits = [UInt16](repeating: 0, count: isHalf ? weights : 0)
        let encoding = scheme.scaleEncoding
        groupScales = [Float](repeating: 0, count: encoding == .float16 || encoding == .float32 ? groups : 0)
        scaleCodes = [UInt8](repeating: 0, count: encoding == .int8 || encoding == .exponent8 ? groups : 0)
        zeroPoints = [Int16](repeating: 0, count: scheme.hasZeroPoints ? groups : 0)
        selectors = [UInt8](repeating: 0, count: scheme.selectorBits > 0 ? groups : 0)
        rowScales = [Float](repeating: 0, count: rows * scheme.rowScaleCount)
        tensorType = 0
    }
}
