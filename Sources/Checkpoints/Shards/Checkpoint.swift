import Documents
import Foundation

/// The tensors of a model in one safetensors file or several.
public struct Checkpoint: Sendable {
    /// A tensor and the file it lies in.
    public struct Tensor: Sendable, Hashable, Codable {
        /// What it is and where its bytes lie in the file.
        public var info: TensorInfo
        /// The index of the file in ``Checkpoint/files``.
        public var file: Int

        /// A tensor in a file.
        public init(info: TensorInfo, file: Int) {
            self.info = info
            self.file = file
        }
    }

    /// The files in the order of their names.
    public let files: [SafetensorsFile]
    /// All tensors in the order of their names' bytes.
    public let tensors: [Tensor]
    /// The metadata of all files; of different values for one key that of the first file.
    public let metadata: [String: String]
    /// All files read, the index among them.
    public let paths: [String]

    private let indices: [String: Int]

    /// Opens a safetensors file, an index of several, or a folder with one of them.
    ///
    /// In a folder, `model.safetensors.index.json` comes before `model.safetensors`, and these before any other single
    /// file with such an ending.
    ///
    /// - Throws: ``InputError``: missing input if a file or shard cannot be read; data if a header or the index is wrong
    ///   or they contradict each other.
    public init(path: String) throws {
        let resolved = try Self.locate(path)
        if resolved.hasSuffix(".json") {
            try self.init(index: resolved)
        } else {
            try self.init(files: [SafetensorsFile(path: resolved)], index: nil, paths: [resolved])
        }
    }

    private init(index path: String) throws {
        let index = try ShardIndex(path: path)
        let prefix = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let names = Set(index.files.values).sorted { $0.comesBefore($1) }
        let files = try names.map { name in
            do {
                return try SafetensorsFile(path: prefix + name)
            } catch let error as InputError where error.category == .missingInput {
                throw InputError(
                    .missingInput, file: prefix + name, problem: error.problem,
                    expected: "the shard that \(path) names")
            }
        }
        try self.init(files: files, index: (index, path), paths: [path] + names.map { prefix + $0 })
    }

    private init(files: [SafetensorsFile], index: (ShardIndex, path: String)?, paths: [String]) throws {
        var tensors: [Tensor] = []
        for (number, file) in files.enumerated() {
            for info in file.header.tensors {
                if let index, index.0.files[info.name] != Self.name(of: file) {
                    throw InputError(
                        .data, file: file.file.path, key: info.name,
                        problem: "the index \(index.path) does not list it in this file")
                }
                tensors.append(Tensor(info: info, file: number))
            }
        }
        tensors.sort { $0.info.name.comesBefore($1.info.name) }
        let indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.info.name, $0) })
        if let index, let name = index.0.files.keys.filter({ indices[$0] == nil }).min(by: { $0.comesBefore($1) }) {
            throw InputError(
                .data, file: index.path, key: name,
                problem: "the file \(index.0.files[name] ?? "") that it names does not hold this tensor")
        }
        self.files = files
        self.tensors = tensors
        self.indices = indices
        self.paths = paths
        metadata = files.reduce(into: [:]) { all, file in
            all.merge(file.header.metadata) { first, _ in first }
        }
    }

    private static func name(of file: SafetensorsFile) -> String? {
        file.file.path.split(separator: "/").last.map(String.init)
    }

    /// The tensor of a name.
    public subscript(name: String) -> Tensor? { indices[name].map { tensors[$0] } }

    /// The bytes of a tensor, valid inside `body` only.
    public func withBytes<Result>(
        of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try files[tensor.file].withBytes(of: tensor.info, body)
    }

    /// The file that a path means.
    private static func locate(_ path: String) throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return path
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path).sorted() } catch {
            throw InputError(.missingInput, file: path, problem: "the folder cannot be read")
        }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        for name in ["model.safetensors.index.json", "model.safetensors"] where names.contains(name) {
            return prefix + name
        }
        let indices = names.filter { $0.hasSuffix(".safetensors.index.json") }
        let candidates = indices.isEmpty ? names.filter { $0.hasSuffix(".safetensors") } : indices
        guard candidates.count == 1, let name = candidates.first else {
            throw InputError(
                .missingInput, file: path,
                problem: candidates.isEmpty
                    ? "the folder holds no safetensors file"
                    : "the folder holds \(candidates.count) of them: \(candidates.joined(separator: ", "))",
                expected: "one safetensors file, or an index of several")
        }
        return prefix + name
    }
}
