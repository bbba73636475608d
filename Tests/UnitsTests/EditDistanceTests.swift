import Testing
import Units

@Suite struct EditDistanceTests {
    @Test func `Known distances`() {
        #expect(editDistance("", "") == 0)
        #expect(editDistance("", "abc") == 3)
        #expect(editDistance("abc", "") == 3)
        #expect(editDistance("kitten", "sitting") == 3)
        #expect(editDistance("llama", "lama") == 1)
        #expect(editDistance("flaw", "lawn") == 2)
    }

    @Test func `The distance is symmetric`() {
        let words = ["opt-1.3b", "opt-13b", "qwen3-8b", "gpt2", "", "llama-2-13b"]
        for first in words {
            for second in words { #expect(editDistance(first, second) == editDistance(second, first)) }
        }
    }
}
