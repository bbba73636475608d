/// The keys and values of one head in one layer for one sequence, and attention over them.
protocol HeadCache: AnyObject {
    /// Tokens stored.
    var count: Int { get }

    /// Stores the key and the value of the next token [head dimension].
    ///
    /// - Throws: ``InputError`` (data) if they are no finite numbers.
    func append(key: UnsafePointer<Float>, value: UnsafePointer<Float>) throws

    /// The values weighted by how well their keys match the queries.
    ///
    /// - Parameters:
    ///   - queries: [queries x head dimension].
    ///   - limits: how many tokens each query sees, from the first on.
    ///   - scale: what dot products are multiplied by before the softmax.
    /// - Returns: [queries x head dimension].
    func attend(_ queries: [Float], limits: [Int], scale: Float) -> [Float]
}
