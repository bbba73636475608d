import Foundation
import Testing
import _TestSupport

@Suite struct CommandTests {
    private func shell(_ script: String, input: String = "", timeLimit: Duration = .seconds(20)) throws -> CommandResult
    {
        let shell = try #require(Command.find("sh"))
        return try Command.run(shell, ["-c", script], input: input, timeLimit: timeLimit)
    }

    @Test func `A command's outputs and exit code come back`() throws {
        let result = try shell("cat; echo bad >&2; exit 3", input: "good")
        #expect(result.status == 3)
        #expect(result.out == "good")
        #expect(result.err == "bad\n")
        #expect(!result.timedOut)
    }

    @Test func `Outputs larger than a pipe do not block`() throws {
        let result = try shell("yes | head -c 1000000; yes | head -c 1000000 >&2")
        #expect(result.out.utf8.count == 1_000_000)
        #expect(result.err.utf8.count == 1_000_000)
    }

    @Test func `A signal is 128 more than its number`() throws {
        #expect(try shell("kill -SEGV $$").status == 139)
    }

    @Test func `A command whose time is up is ended`() throws {
        let result = try shell("exec sleep 60", timeLimit: .milliseconds(200))
        #expect(result.timedOut)
        #expect(result.status == 143)
        #expect(result.duration < .seconds(10))
    }

    @Test func `A program that is not installed is not found`() {
        #expect(Command.find("no-such-program-on-any-machine") == nil)
    }
}
