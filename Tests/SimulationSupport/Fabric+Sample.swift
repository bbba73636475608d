import Fabric
import Units

extension Fabric {
    /// A network of one kind for any number of chips, with a link of one's own and a switch that costs nothing.
    public static func sample(_ kind: Axis.Kind, bytesPerSecond: Double, latency: Picoseconds) -> Fabric {
        let link = Link(
            name: "custom", bytesPerSecond: bytesPerSecond, latency: latency, picojoulesPerBit: 1, source: "a test")
        return Fabric(name: kind.rawValue, topology: .grid([Axis(kind, chips: nil, link: link)]))
    }
}
