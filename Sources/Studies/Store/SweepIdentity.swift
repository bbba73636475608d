/// What the store needs to know of the sweep that uses it.
struct SweepIdentity {
    /// As others see it.
    let owner = StoreOwner()
    /// The study that it simulates.
    var study: String
    /// Which of its points.
    var shard = Shard.whole
    /// How often a point is tried before it counts as failed, at least 2.
    var attempts = 3
    /// The version to note beside results.
    var program: String
}
