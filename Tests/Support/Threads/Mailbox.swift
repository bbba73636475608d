import Foundation
import MessagePassing

/// The messages between two ranks with one tag: first in, first out.
struct Channel: Hashable {
    let from: Int, to: Int, tag: Int
}

/// What the ranks of a ``ThreadWorld`` share: messages by number and who waits for what.
final class Mailbox: @unchecked Sendable {
    private struct Contents {
        var messages: [Int: [UInt8]] = [:]
        var sent = 0
        var taken = 0
    }

    let ranks: Int
    /// Guards all that follows, which is why the type is Sendable.
    private let condition = NSCondition()
    private var channels: [Channel: Contents] = [:]
    /// For each rank that waits, whether it could go on.
    private var waiting: [Int: () -> Bool] = [:]
    private var running: Int
    private var failure: RemoteFailure?
    private var error: (any Error)?

    init(ranks: Int) {
        self.ranks = ranks
        running = ranks
    }

    /// The error of the first rank that threw.
    var firstError: (any Error)? { condition.withLock { error } }

    func put(_ message: [UInt8], _ channel: Channel) throws {
        try condition.withLock {
            if let failure { throw failure }
            var contents = channels[channel, default: Contents()]
            contents.messages[contents.sent] = message
            contents.sent += 1
            channels[channel] = contents
            condition.broadcast()
        }
    }

    /// Reserves the next message of a channel.
    func reserve(_ channel: Channel) -> Int {
        condition.withLock {
            defer { channels[channel, default: Contents()].taken += 1 }
            return channels[channel, default: Contents()].taken
        }
    }

    /// Waits for a message that was reserved.
    func take(_ number: Int, _ channel: Channel) throws -> [UInt8] {
        try condition.withLock {
            try wait(channel.to, orThrow: .neverSent(source: channel.from, tag: channel.tag)) {
                self.channels[channel]?.messages[number] != nil
            }
            return channels[channel]?.messages.removeValue(forKey: number) ?? []
        }
    }

    /// Waits for a message that is not reserved.
    func awaitMessage(to rank: Int, tag: Int) throws -> Int {
        try condition.withLock {
            try wait(rank, orThrow: .neverSent(source: rank, tag: tag)) { self.sender(to: rank, tag: tag) != nil }
            return sender(to: rank, tag: tag) ?? rank
        }
    }

    /// Looks for a message that is not reserved.
    func pollMessage(to rank: Int, tag: Int) throws -> Int? {
        try condition.withLock {
            if let failure { throw failure }
            return sender(to: rank, tag: tag)
        }
    }

    /// A rank that has sent one, while holding the lock.
    private func sender(to rank: Int, tag: Int) -> Int? {
        (0..<ranks).first { source in
            channels[Channel(from: source, to: rank, tag: tag)].map { $0.sent > $0.taken } ?? false
        }
    }

    /// Ends every rank's waiting, because one failed.
    func fail(_ rank: Int, _ error: any Error) {
        condition.withLock {
            if self.error == nil { self.error = error }
            if failure == nil { failure = RemoteFailure(rank: rank, message: "\(error)", exitCode: 70) }
            condition.broadcast()
        }
    }

    /// Notes that a rank has ended: nobody needs to wait for it any more.
    func leave(_ rank: Int) {
        condition.withLock {
            running -= 1
            condition.broadcast()
        }
    }

    /// Waits while holding the lock.
    private func wait(
        _ rank: Int, orThrow deadlock: CommunicationError, until isReady: @escaping () -> Bool
    ) throws {
        waiting[rank] = isReady
        defer { waiting[rank] = nil }
        while !isReady() {
            if let failure { throw failure }
            // The last rank to wait finds out for all; the others wake up and find the same.
            if waiting.count == running && waiting.values.allSatisfy({ !$0() }) {
                condition.broadcast()
                throw deadlock
            }
            condition.wait()
        }
    }
}
