/// The keys and values of one head in one layer for one sequence, and attention over them.
protocol HeadCache: AnyObject {
    /// Tokens stored.
    var count: Int { get }

    /// Stores the keys and the values of the next tokens, each [tokens x head dimension].
    ///
    /// - Throws: ``InputError`` (data) if they are no finite numbers.
    func append(keys: [Float], values: [Float]) throws

    /// The values weighted by how well their keys match the queries.
    ///
    /// - Parameters:
    ///   - queries: [queries x head dimension].
    ///   - limits: how many tokens each query sees, from the first on.
    ///   - scale: what dot products are multiplied by before the softmax.
    /// - Returns: [queries x head dimension].
    func attend(_ queries: [Float], limits: [Int], scale: Float) -> [Float]
}
