import Units

/// A packet switch: what a message meets between two links.
public struct Switch: Hashable, Sendable, Codable {
    /// The preset's name, or `custom`.
    public var name: String
    /// From the end of one link to the start of the next.
    public var latency: Picoseconds
    /// Energy of a payload bit through the switch, its own ports excluded, in picojoules.
    public var picojoulesPerBit: Double
    /// Where the numbers come from.
    public var source: String

    /// Creates a switch.
    public init(name: String, latency: Picoseconds, picojoulesPerBit: Double, source: String) {
        self.name = name
        self.latency = latency
        self.picojoulesPerBit = picojoulesPerBit
        self.source = source
    }

    /// A switch that takes no time and no energy: for comparison with textbook costs.
    public static let ideal = Switch(
        name: "ideal", latency: .zero, picojoulesPerBit: 0, source: "none: an ideal crossbar for comparison")

    /// Switches with a name. Confidence as for links, latency/energy: H within about 10 %, M 30 %, L a factor of two.
    public static let presets: [Switch] = [
        ideal,
        Switch(
            name: "nvswitch3", latency: Picoseconds(300_000), picojoulesPerBit: 9.4,
            source: "64 ports of NVLink 4; arXiv:2607.16100, NVIDIA NVLink pages, 120 W / 12.8 Tb/s (L/L)"),
        Switch(
            name: "nvlink-switch4", latency: Picoseconds(300_000), picojoulesPerBit: 8,
            source: "72 ports of NVLink 5; arXiv:2607.16100, energy as Tomahawk 5 (L/L)"),
        Switch(
            name: "tomahawk5", latency: Picoseconds(250_000), picojoulesPerBit: 8.8,
            source: "64 ports of 800G; Broadcom SUE RM104, 450 W / 51.2 Tb/s (M/M)"),
        Switch(
            name: "quantum2", latency: Picoseconds(200_000), picojoulesPerBit: 13,
            source: "64 ports of 400G; NVIDIA QM8700 and QM9700, energy assumed (L/L)"),
        Switch(
            name: "slingshot-rosetta", latency: Picoseconds(350_000), picojoulesPerBit: 12,
            source: "64 ports of 200G; De Sensi et al., SC20, energy assumed (H/L)"),
        Switch(
            name: "pcie5-switch", latency: Picoseconds(110_000), picojoulesPerBit: 13,
            source: "6 ports of x16; PCI Express 5.0, two PHYs (L/L)"),
    ]

    /// The preset of that name.
    public static func preset(_ name: String) -> Switch? { presets.first { $0.name == name } }
}
