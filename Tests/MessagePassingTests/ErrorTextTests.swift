import MessagePassing
import Testing

@Suite struct ErrorTextTests {
    @Test(arguments: [
        (CommunicationError.noSuchRank(4, size: 4), "there is no rank 4: ranks are 0 to 3"),
        (.noSuchTag(-1), "there is no message tag -1: tags are 0 to 16383"),
        (.wrongPartCount(3, size: 2), "3 parts were given for 2 ranks"),
        (
            .partialElement(bytes: 9, type: "Int64", stride: 8),
            "a message of 9 bytes does not hold a whole number of Int64 (8 bytes each)"
        ),
        (
            .unequalCounts([1, 2]),
            "a reduction needs the same number of elements from every rank; in the order of ranks they are 1, 2"
        ),
        (
            .disagreement(["barrier", "barrier", "gather of Int at rank 0"]),
            "ranks do not meet in the same collective: ranks 0-1 barrier, rank 2 gather of Int at rank 0"
        ),
        (.valueNotCodable(type: "Plan", detail: "why"), "a message of type Plan cannot be read or written: why"),
        (.neverSent(source: 1, tag: 2), "no message with tag 2 from rank 1 can come any more"),
        (.unfinished(sends: 1, receives: 0), "the program ended without waiting for 1 sends and 0 receives"),
        (.ended, "the communicator was used after its program had ended"),
    ])
    func `Each misuse says what is wrong on one line`(error: CommunicationError, text: String) {
        #expect(error.description == text)
    }

    @Test func `A failure names its rank, except the coordinator`() {
        #expect(RemoteFailure(rank: 3, message: "disk full", exitCode: 73).description == "rank 3: disk full")
        #expect(RemoteFailure(rank: 0, message: "disk full", exitCode: 73).description == "disk full")
    }
}
