import Checkpoints
import Foundation

/// A folder for checkpoints that is gone when the test is.
public final class CheckpointFolder {
    /// Where it is.
    public let url = FileManager.default.temporaryDirectory.appending(path: "bitmod-dist-\(UUID().uuidString)")

    /// Creates it.
    public init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in it.
    public func path(_ name: String) -> String { url.appending(path: name).path }

    /// The bytes of a file in it.
    public func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: url.appending(path: name))) }

    /// The names of all files in it, hidden ones too.
    public func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }

    /// Writes a file as it is.
    @discardableResult
    public func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: url.appending(path: name))
        return path(name)
    }

    /// Writes a safetensors file of a header and data, right or wrong.
    @discardableResult
    public func write(header: String, data: [UInt8] = [], to name: String) throws -> String {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        return try write(length + Array(header.utf8) + data, to: name)
    }

    /// Writes a right safetensors file.
    @discardableResult
    public func write(
        _ tensors: [SampleTensor], metadata: [String: String] = [:], to name: String
    ) throws -> String {
        let layout = try SafetensorsLayout(tensors.map(\.entry), metadata: metadata, file: name)
        let writer = try SafetensorsWriter(creating: layout, at: path(name))
        for tensor in tensors {
            guard let place = layout[tensor.entry.name] else { continue }
            try tensor.bytes.withUnsafeBytes { try writer.write($0, to: place) }
        }
        try writer.commit()
        return path(name)
    }
}

/// A tensor to be written by a test.
public struct SampleTensor {
    /// Name, type and shape.
    public var entry: SafetensorsLayout.Entry
    /// The bytes.
    public var bytes: [UInt8]

    /// F32 numbers.
    public init(_ name: String, _ shape: [Int], _ values: [Float]) { self.init(name, .float32, shape, values) }

    /// Numbers in one of the three types that can be quantised.
    public init(_ name: String, _ type: ElementType, _ shape: [Int], _ values: [Float]) {
        entry = .init(name: name, type: type, shape: shape)
        bytes = values.flatMap { value -> [UInt8] in
            switch type {
            case .float32: withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
            case .bfloat16:
                withUnsafeBytes(of: UInt16(value.bitPattern >> 16).littleEndian) { Array($0) }
            default: withUnsafeBytes(of: Float16(value).bitPattern.littleEndian) { Array($0) }
            }
        }
    }

    /// Bytes of any type.
    public init(_ name: String, _ type: ElementType, _ shape: [Int], bytes: [UInt8]) {
        entry = .init(name: name, type: type, shape: shape)
        self.bytes = bytes
    }
}
