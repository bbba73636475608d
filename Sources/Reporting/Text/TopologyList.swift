import Fabric
import Units

/// What networks there are: kinds, links and switches, from which names are made.
struct TopologyList {
    let fabrics: [Fabric]

    init(_ fabrics: [Fabric]) { self.fabrics = fabrics }

    var text: String {
        var links = TextTable("link", ">bandwidth", ">latency", ">energy", "source")
        for link in Link.presets {
            links.add(
                link.name, Quantity(link.bytesPerSecond, .bandwidth).text,
                Quantity(Double(link.latency.count), .time).text, Quantity(link.picojoulesPerBit, .energyPerBit).text,
                link.source)
        }
        var switches = TextTable("switch", ">latency", ">energy", "source")
        for hub in Switch.presets {
            switches.add(
                hub.name, Quantity(Double(hub.latency.count), .time).text,
                Quantity(hub.picojoulesPerBit, .energyPerBit).text, hub.source)
        }
        return """
            A name is KIND, KIND-CHIPS, KIND-LINK or KIND-CHIPS-LINK. Without chips it takes any number; without a link it is
            ucie-standard, for a switch nvlink4. Fat trees, dragonflies, hierarchies and graphs are files (topologies/).

              ring               each chip joined to the next, one way: ring, ring-16, ring-nvlink4, ring-64-pcie5-x16
              bidirectional-ring each chip joined to both neighbours
              line               the same without the link between the ends
              fully-connected    each chip joined to every other, by links that join chips one to one
              switch             all chips joined to one switch: switch-8-nvlink4
              mesh, torus        extents in place of chips: mesh-4x4, torus-4x4x4-nvlink-c2c

            \(links.text())

            \(switches.text())

            Bandwidth per direction, latency per hop, energy of a payload bit: of both ends of a link, of a switch without its
            ports. Confidence of each (H within about 10 %, M 30 %, L a factor of two) after the source.

            """
    }
}
