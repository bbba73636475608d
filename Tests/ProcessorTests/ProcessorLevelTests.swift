import Testing

@testable import Processor

@Suite("Processor levels")
struct ProcessorLevelTests {
    private let haswell: Set<String> = Set(ProcessorLevel.v2.flags + ProcessorLevel.v3.flags + ["sse2"])

    @Test func `a program runs where its level's instructions are there`() throws {
        try ProcessorLevel.check(.v3, flags: haswell)
        try ProcessorLevel.check(.baseline, flags: [])
        try ProcessorLevel.check(.v4, flags: nil)
        // The tests run, so this program's processor is one that it was built for.
        try ProcessorLevel.check()
    }

    @Test func `a processor without them is refused in one line that names them`() {
        let error = #expect(throws: ProcessorError.self) { try ProcessorLevel.check(.v4, flags: haswell) }
        #expect(
            error?.description == """
                built for x86-64-v4, but this processor has no avx512bw, avx512cd, avx512dq, avx512f, avx512vl; \
                build again with BITMOD_MARCH set to a lower level, or empty for any processor
                """)
        // One missing flag of a lower level is enough.
        #expect(ProcessorLevel.v3.missing(from: haswell.subtracting(["ssse3"])) == ["ssse3"])
    }

    @Test func `flags are those of the first processor`() {
        let text = "processor\t: 0\nflags\t\t: fpu sse2 avx2\nbugs\t: none\nprocessor\t: 1\nflags\t\t: fpu\n"
        #expect(processorFlags(in: text) == ["fpu", "sse2", "avx2"])
        #expect(processorFlags(in: "Features\t: fp asimd\n") == nil)
    }
}
