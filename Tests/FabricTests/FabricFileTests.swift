import Documents
import Fabric
import Testing
import Units

@Suite struct FabricFileTests {
    @Test func `A preset and explicit values are read with their units`() throws {
        let preset = try Fabric(yaml: "kind: ring\nlink: nvlink4\n", file: "t.yaml")
        #expect(preset.link.bytesPerSecond == 450e9)
        let explicit = try Fabric(
            yaml: "kind: fully-connected\nchips: 4\nlink: {bandwidth: 64 GB/s, latency: 20 ns, energy: 0.5 pJ/bit}",
            file: "t.yaml")
        #expect(explicit.link.bytesPerSecond == 64e9 && explicit.link.latency == Picoseconds(20_000))
        #expect(explicit.link.picojoulesPerBit == 0.5 && explicit.chips == 4 && explicit.kind == .fullyConnected)
        let changed = try Fabric(yaml: "kind: ring\nlink:\n  preset: ucie-standard\n  latency: 9 ns\n", file: "t.yaml")
        #expect(changed.link.latency == Picoseconds(9000) && changed.link.bytesPerSecond == 32e9)
    }

    @Test func `What show prints reads back as the same fabric`() throws {
        for fabric in Fabric.presets {
            let back = try Fabric(yaml: fabric.yaml, file: "t.yaml")
            #expect(back.kind == fabric.kind && back.link.bytesPerSecond == fabric.link.bytesPerSecond)
            #expect(back.link.latency == fabric.link.latency)
            #expect(back.link.picojoulesPerBit == fabric.link.picojoulesPerBit)
        }
    }

    @Test(arguments: [
        ("kind: moebius\nlink: nvlink4", "t.yaml:1: kind: found \"moebius\"; expected one of ring, fully-connected"),
        (
            "kind: ring\nlink: {bandwidth: 64, latency: 1 ns, energy: 1 pJ/bit}",
            "t.yaml:2: link.bandwidth: found \"64\""
        ),
        ("kind: ring\nlink: {bandwidth: 0 GB/s, latency: 1 ns, energy: 1 pJ/bit}", "t.yaml:2: link.bandwidth: found"),
        ("kind: ring\nlink: {bandwidth: 1 GB/s, energy: 1 pJ/bit}", "t.yaml:2: link.latency: the key is missing"),
        ("kind: ring\n", "t.yaml:1: link: the key is missing"),
        ("kind: ring\nlink: ucie\n", "t.yaml:2: link: found \"ucie\"; expected one of ucie-standard"),
        ("kind: ring\nlink: nvlink4\nhops: 3\n", "t.yaml:3: hops: unknown key"),
    ])
    func `A wrong file is refused with its line and key`(text: String, message: String) {
        #expect {
            try Fabric(yaml: text, file: "t.yaml")
        } throws: { error in
            "\(error)".hasPrefix(message)
        }
    }
}
