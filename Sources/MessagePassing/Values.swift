#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Messages that are any Codable value, as JSON.
///
/// JSON and not a property list: it takes a bare number, text or nil as well as a structure, keeps every bit of
/// `Double`, and a message can be read by a person who looks for a mistake. Not-a-number and infinities, which JSON
/// does not know, travel as texts.
extension Communicator {
    /// Sends a value to a rank. May wait until the other rank receives it.
    public func send<V: Encodable>(value: V, to destination: Int, tag: Int) throws {
        try send(ValueCoding.encode(value), to: destination, tag: tag)
    }

    /// Waits for a value of a rank.
    ///
    /// - Throws: ``CommunicationError/valueNotCodable(type:detail:)`` if the message is not such a value.
    public func receive<V: Decodable>(valueOf type: V.Type, from source: Int, tag: Int) throws -> V {
        try ValueCoding.decode(type, receive(UInt8.self, from: source, tag: tag))
    }

    /// Gives every rank the value of one.
    ///
    /// - Parameters:
    ///   - value: must be there on `root`; not looked at on the others.
    ///   - root: the rank that has the value.
    /// - Precondition: `value` is not nil on `root`.
    public func broadcast<V: Codable>(value: V?, from root: Int = 0) throws -> V {
        var bytes: [UInt8] = []
        if rank == root {
            guard let value else { preconditionFailure("the root of a broadcast has no value") }
            bytes = try ValueCoding.encode(value)
        }
        let received = try broadcast(bytes, from: root)
        if rank == root, let value { return value }
        return try ValueCoding.decode(V.self, received)
    }

    /// Gives one rank the value of each.
    ///
    /// - Returns: on `root` the values in the order of ranks; nil on the others.
    public func gather<V: Codable>(value: V, at root: Int = 0) throws -> [V]? {
        try gather(ValueCoding.encode(value), at: root)?.map { try ValueCoding.decode(V.self, $0) }
    }

    /// Gives every rank the value of each.
    ///
    /// - Returns: the values in the order of ranks.
    public func allGather<V: Codable>(value: V) throws -> [V] {
        try allGather(ValueCoding.encode(value)).map { try ValueCoding.decode(V.self, $0) }
    }
}

private enum ValueCoding {
    static let infinity = "inf", negativeInfinity = "-inf", notANumber = "nan"

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: notANumber)
        do {
            return try Array(encoder.encode(value))
        } catch {
            throw CommunicationError.valueNotCodable(type: "\(type(of: value))", detail: "\(error)")
        }
    }

    static func decode<V: Decodable>(_ type: V.Type, _ bytes: [UInt8]) throws -> V {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: notANumber)
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch {
            throw CommunicationError.valueNotCodable(type: "\(type)", detail: "\(error)")
        }
    }
}
