import Documents
import Testing

@testable import Accelerator

@Suite struct AcceleratorFileTests {
    private func message(_ text: String) -> String {
        do {
            _ = try AcceleratorDescription(yaml: text, file: "a.yaml")
            return "no error"
        } catch { return "\(error)" }
    }

    @Test(arguments: AcceleratorPresets.all)
    func `The file of a preset reads back as the same values`(preset: AcceleratorDescription) throws {
        let back = try AcceleratorDescription(yaml: preset.yaml, file: "a.yaml")
        #expect(back.name == preset.name && back.summary == preset.summary)
        #expect(back.processingElement == preset.processingElement)
        #expect(back.parameters.mapValues(\.value) == preset.parameters.mapValues(\.value))
        #expect(back.yaml.split(separator: "\n").count == preset.yaml.split(separator: "\n").count)
    }

    @Test(arguments: AcceleratorPresets.all)
    func `A preset has exactly the constants of its kind, in their ranges, each with a source`(
        preset: AcceleratorDescription
    ) {
        let required = AcceleratorDescription.requiredKeys(
            of: preset.processingElement, splitsDRAMEnergy: preset.splitsDRAMEnergy)
        #expect(Set(preset.parameters.keys) == required)
        for (key, parameter) in preset.parameters {
            #expect(key.definition.range.contains(parameter.value), "\(preset.name) \(key.rawValue)")
            #expect(!key.definition.isWhole || parameter.value == parameter.value.rounded(), "\(key.rawValue)")
            #expect(!parameter.source.isEmpty, "\(preset.name) \(key.rawValue)")
        }
    }

    @Test func `A name or summary with quotes and colons survives`() throws {
        let text = "base: bitmod\nname: 'my: \"chip\" #1'\nsummary: 'it''s \\ \"odd\": yes'\n"
        let first = try AcceleratorDescription(yaml: text, file: "a.yaml")
        let back = try AcceleratorDescription(yaml: first.yaml, file: "a.yaml")
        #expect(first.name == "my: \"chip\" #1")
        #expect(back.name == first.name && back.summary == first.summary)
    }

    @Test func `A file with a base holds only what differs, and says so`() throws {
        let changed = try AcceleratorDescription(
            yaml: "base: bitmod\nname: fast\ndram:\n  bandwidth: 64 GB/s\n  burst: 64 B\n", file: "a.yaml")
        let base = AcceleratorPresets.bitmod
        #expect(changed.name == "fast" && changed[.dramBandwidth] == 64e9)
        #expect(changed.parameters[.dramBandwidth] == Parameter(64e9, .user, "a.yaml:4"))
        // A value that is the base's own keeps its source.
        #expect(changed.parameters[.dramBurst] == base.parameters[.dramBurst])
        for key in base.parameterKeys where key != .dramBandwidth {
            #expect(changed.parameters[key] == base.parameters[key], "\(key.rawValue)")
        }
    }

    @Test func `Flat and split DRAM energy replace each other and are never mixed`() throws {
        let flat = try AcceleratorDescription(yaml: "base: bitmod-hbm3\ndram: {energy: 4 pJ/bit}\n", file: "a.yaml")
        #expect(!flat.splitsDRAMEnergy)
        #expect(!flat.parameterKeys.contains(.dramActivateEnergy) && !flat.parameterKeys.contains(.dramBackgroundPower))
        #expect(Chip(flat).dram.backgroundMilliwatts == 0)
        let split = try AcceleratorDescription(
            yaml: """
                base: bitmod
                dram:
                  activate-energy: 1 nJ
                  read-energy: 2 pJ/bit
                  write-energy: 3 pJ/bit
                  interface-energy: 1 pJ/bit
                  background-power: 100 mW
                """, file: "a.yaml")
        #expect(split.splitsDRAMEnergy && !split.parameterKeys.contains(.dramEnergy))
        let both = message("base: bitmod\ndram:\n  energy: 4 pJ/bit\n  read-energy: 2 pJ/bit\n")
        #expect(both.hasPrefix("a.yaml:4: dram.read-energy: not used with pe bit-serial and flat DRAM energy"))
        #expect(
            message("base: bitmod\ndram: {read-energy: 2 pJ/bit}\n").hasPrefix(
                "a.yaml: dram.activate-energy: the constant is missing"))
        #expect(
            message("base: bitmod\ndram: {background-power: 2 mW}\n").hasPrefix(
                "a.yaml:2: dram.background-power: not used with"))
    }

    @Test(arguments: [
        ("base: bitmod\nclock: 2\n", "a.yaml:2: clock: found \"2\"; expected a number with unit such as \"1 GHz\""),
        ("base: bitmod\nclock: 2 ns\n", "a.yaml:2: clock: found \"2 ns\"; expected a number with unit"),
        (
            "base: bitmod\n\ndram:\n  bandwidth: 0 GB/s\n",
            "a.yaml:4: dram.bandwidth: found \"0 GB/s\"; expected a value"
        ),
        ("base: bitmod\ndram:\n  bandwidth: -1 GB/s\n", "a.yaml:3: dram.bandwidth: found \"-1 GB/s\""),
        ("base: bitmod\narray:\n  lanes: 2.5\n", "a.yaml:3: array.lanes: found \"2.5\"; expected a whole number"),
        (
            "base: bitmod\narray:\n  lanes: 257\n",
            "a.yaml:3: array.lanes: found \"257\"; expected a value from 1 to 256"
        ),
        ("base: bitmod\narray:\n  lane: 4\n", "a.yaml:3: array.lane: unknown key; expected one of name, base, pe"),
        ("base: bitmod\ndram:\n  energy: {flat: 2}\n", "a.yaml:3: dram.energy.flat: unknown key"),
        ("base: bitmod\ndram:\n  energy: [2]\n", "a.yaml:3: dram.energy: found a list"),
        ("base: bitmod\nclock:\n", "a.yaml:2: clock: found \"\""),
        ("base: bitmod\nclock: 1 GHz\nclock: 2 GHz\n", "a.yaml:2: clock: the key is given more than once"),
        (
            "base: bitmod\ndram.bandwidth: 1 GB/s\ndram: {bandwidth: 2 GB/s}\n",
            "a.yaml:3: dram.bandwidth: the key is given more than once"
        ),
        ("base: tpu\n", "a.yaml:1: base: found \"tpu\"; expected one of bitmod, bitmod-hbm3, fp16, ant, olive"),
        ("name: x\nclock: 1 GHz\n", "a.yaml:1: pe: the key is missing"),
        ("pe: fp16\nclock: 1 GHz\n", "a.yaml: array.clusters: the constant is missing; expected a number without unit"),
        ("base: bitmod\npe: fp32\n", "a.yaml:2: pe: found \"fp32\"; expected one of bit-serial, fp16, fp16-int8"),
        ("base: fp16\npe: bit-serial\n", "a.yaml: array.dequantise: the constant is missing"),
        (
            "base: fp16\narray: {dequantise: 8 cycles}\n",
            "a.yaml:2: array.dequantise: not used with pe fp16 and flat DRAM energy; expected to be left out"
        ),
        ("- 1\n- 2\n", "a.yaml:1: found a list; expected keys with values"),
        ("a: [1\n", "a.yaml:2: not valid YAML:"),
        ("  \n", "a.yaml: the file is empty"),
    ])
    func `A wrong file is refused with its line and key`(text: String, expected: String) {
        let found = message(text)
        #expect(found.hasPrefix(expected), "\(found)")
    }

    @Test func `A refresh as long as its interval leaves no time and is refused`() {
        let found = message("base: bitmod\ndram: {refresh-time: 7.8 us}\n")
        #expect(found.hasPrefix("a.yaml: dram.refresh-time is not shorter than dram.refresh-interval"), "\(found)")
        #expect(message("base: bitmod\ndram: {refresh-time: 7.7 us}\n") == "no error")
    }

    @Test(arguments: ParameterKey.allCases)
    func `Both ends of a constant's range are accepted and what lies beyond is not`(key: ParameterKey) throws {
        let preset = try #require(AcceleratorPresets.all.first { $0.parameterKeys.contains(key) })
        let definition = key.definition
        let unit = definition.dimension.units[0].name
        func override(_ value: Double) throws {
            var copy = preset
            // A refresh must be shorter than its interval: the other of the two is set to allow any value of this one.
            if key == .dramRefreshTime { try copy.override("dram.refresh-interval", with: "1 s", option: "--set") }
            if key == .dramRefreshInterval { try copy.override("dram.refresh-time", with: "0 ps", option: "--set") }
            try copy.override(key.rawValue, with: "\(value) \(unit)", option: "--set")
            #expect(copy[key] == value)
        }
        try override(definition.range.lowerBound)
        try override(definition.range.upperBound)
        #expect(throws: InputError.self) { try override(definition.range.upperBound * 1.5 + 1) }
        #expect(throws: InputError.self) { try override(definition.range.lowerBound - 1) }
    }

    @Test(arguments: [
        ("dram.bandwith", "1 GB/s", "--set: no constant \"dram.bandwith\"; expected one of clock, array.clusters"),
        (
            "dram.bandwidth", "1",
            "--set: found \"1\" for dram.bandwidth; expected a number with unit such as \"64 GB/s\""
        ),
        ("dram.bandwidth", "1 kB/s", "--set: found \"1 kB/s\" for dram.bandwidth; expected a value from 1 MB/s to"),
        ("array.lanes", "1.5", "--set: found \"1.5\" for array.lanes; expected a whole value from 1 to 256"),
        ("dram.read-energy", "1 pJ/bit", "--set: bitmod does not use dram.read-energy"),
    ])
    func `A wrong override is refused with its key`(key: String, value: String, expected: String) {
        var description = AcceleratorPresets.bitmod
        #expect {
            try description.override(key, with: value, option: "--set")
        } throws: { error in
            "\(error)".hasPrefix(expected) && (error as? InputError)?.exitCode == 64
        }
        #expect(description == AcceleratorPresets.bitmod)
    }
}
