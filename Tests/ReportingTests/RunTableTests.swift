import Accelerator
import Foundation
import Simulation
import Testing
import Workload
import _SimulationTestSupport

@testable import Reporting

@Suite struct RunTableTests {
    /// A reader of RFC 4180 that shares nothing with the writer.
    private func parse(_ text: String) throws -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        var characters = text.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            if isQuoted {
                if character != "\"" {
                    field.append(character)
                } else if next == "\"" {
                    field.append("\"")
                    next = characters.next()
                } else {
                    isQuoted = false
                }
            } else if character == "\"" {
                try #require(field.isEmpty, "a quote inside a plain field")
                isQuoted = true
            } else if character == "," {
                row.append(field)
                field = ""
            } else if character.isNewline {
                rows.append(row + [field])
                (row, field) = ([], "")
            } else {
                field.append(character)
            }
        }
        try #require(!isQuoted && field.isEmpty && row.isEmpty, "the last line ends")
        return rows
    }

    private func dictionaries(_ rows: [[String]]) throws -> [[String: String]] {
        let header = try #require(rows.first)
        #expect(Set(header).count == header.count)
        return try rows.dropFirst().map { row in
            try #require(row.count == header.count)
            return Dictionary(uniqueKeysWithValues: zip(header, row))
        }
    }

    @Test func `A row per phase holds the result's numbers`() throws {
        let result = try RunRequest.sample("smollm2-135m", chips: 3, generate: 2, batch: 2).run()
        let rows = try dictionaries(parse(RunTable(result, detail: .phases).text))
        #expect(rows.compactMap { $0["phase"] } == ["prefill", "decode"])
        for (row, phase) in zip(rows, PhaseStep.Phase.allCases) {
            let outcome = result[phase]
            func number(_ key: String) -> Double { row[key].flatMap { Double($0) } ?? .nan }
            #expect(number("latencySeconds") == outcome.latency.seconds)
            #expect(number("energyJoules") == outcome.total.energy.total.joules)
            #expect(row["macs"] == "\(outcome.total.macs)" && row["chips"] == "3" && row["batch"] == "2")
            let parts = ["compute", "memory", "vector", "communicationExposed", "idle"].map { number($0 + "Seconds") }
            #expect(abs(parts.reduce(0, +) - outcome.latency.seconds) < 1e-12 * outcome.latency.seconds)
            let energies = ["pe", "weightBuffer", "activationBuffer", "dram", "vector", "link", "static"]
                .map { number($0 + "Joules") }
            #expect(abs(energies.reduce(0, +) - number("energyJoules")) < 1e-12 * number("energyJoules"))
        }
    }

    @Test(arguments: [SystemSimulation.Detail.layers, .operators])
    func `A row per operator or part adds up to the phases`(detail: SystemSimulation.Detail) throws {
        let result = try RunRequest.sample("gpt2", generate: 1).run(detail: detail)
        let rows = try dictionaries(parse(RunTable(result, detail: detail).text))
        for phase in PhaseStep.Phase.allCases {
            let macs = rows.filter { $0["phase"] == phase.rawValue }.compactMap { $0["macs"].flatMap { Int($0) } }
            #expect(macs.reduce(0, +) == result[phase].total.macs)
        }
    }

    @Test func `Names with commas, quotes and line breaks survive`() throws {
        var request = try RunRequest.sample("gpt2", generate: 0)
        request.model.name = "a,\"b\"\nc"
        request.fabric.name = "plain"
        let rows = try dictionaries(parse(RunTable(request.run(), detail: .phases).text))
        #expect(rows.count == 1 && rows[0]["model"] == "a,\"b\"\nc" && rows[0]["topology"] == "plain")
    }

    @Test func `Every column with a unit says so`() throws {
        let result = try RunRequest.sample("gpt2", generate: 1).run(detail: .operators)
        let plain: Set = [
            "model", "accelerator", "scheme", "kvScheme", "chips", "topology", "tensorParallel", "pipelineParallel",
            "dataParallel", "expertParallel", "sequenceParallel", "gemmPartition", "microBatches", "overlapChunks",
            "batch", "pruning",
            "phase", "steps", "macs", "utilization", "bound", "chip", "part", "name", "count",
        ]
        for detail in SystemSimulation.Detail.allCases {
            let header = try #require(parse(RunTable(result, detail: detail).text).first)
            for column in header where !plain.contains(column) {
                #expect(
                    ["Seconds", "Joules", "Bytes", "Cycles", "Tokens"].contains { column.hasSuffix($0) }, "\(column)")
            }
        }
    }
}
