import Foundation
import Testing
import _TestSupport

/// A short run of the fuzzer; `scripts/fuzz` does long ones.
@Suite("Damaged model files") struct FuzzTests {
    private static let program = Command.products.appending(path: "fuzz-checkpoints")

    private static func run(_ arguments: [String]) throws -> CommandResult {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Command.run(program, arguments + ["--failures", folder.path], timeLimit: .seconds(580))
    }

    @Test(.timeLimit(.minutes(10))) func `300 inputs run or are refused with one line each`() throws {
        let result = try Self.run(["--seed", "7", "--inputs", "300"])
        #expect(result.status == 0, "\(result.out)")
        #expect(result.out.contains("seed 7: 300 inputs\n") && result.out.contains("\n  0 failures\n"))
        // Inputs that are all refused at the door would prove nothing.
        let counts = result.out.split(separator: "\n").dropFirst().compactMap {
            Int($0.drop { $0 == " " }.prefix { $0.isNumber })
        }
        #expect(counts.count == 7 && counts[0] > 30 && counts[1] > 30 && counts[2] > 2 && counts[4] > 2)
    }

    @Test func `a case is the same whenever it is made`() throws {
        let runs = try (0..<2).map { _ in try Self.run(["--seed", "7", "--case", "99"]) }
        // Without the folder, which is another one each time.
        let said = runs.map { $0.out.split(separator: "\n").last?.split(separator: "/").last }
        #expect(runs[0].status == 0 && said[0] != nil && said[0] == said[1])
        #expect(try Self.run(["--inputs", "0"]).status == 64)
    }
}
