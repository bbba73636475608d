import Documents
import Foundation

/// A place that a report goes to: a file, or `-` for the standard output.
///
/// Regular files are written whole under another name and renamed, so that an old result is never half overwritten;
/// anything else (a pipe, `/dev/null`) is written to as it is.
struct OutputFile {
    let path: String

    /// Refuses places that cannot be written to before any work is done.
    func check() throws {
        guard path != "-" else { return }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if exists, isFolder.boolValue {
            throw InputError(.output, file: path, problem: "is a folder", expected: "a file name, or - for stdout")
        }
        let folder = url.deletingLastPathComponent().path
        guard exists && !isRegular || FileManager.default.isWritableFile(atPath: folder) else {
            throw InputError(.output, file: path, problem: "the folder does not exist or cannot be written to")
        }
    }

    /// Writes the whole report.
    func write(_ data: Data) throws {
        do {
            if path == "-" {
                try FileHandle.standardOutput.write(contentsOf: data)
            } else if isDevice {
                let handle = try FileHandle(forWritingTo: url)
                try handle.write(contentsOf: data)
                try handle.close()
            } else {
                try data.write(to: url.resolvingSymlinksInPath(), options: .atomic)
            }
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(.output, file: path, problem: "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Whether it is a pipe, a device or the like, which takes whatever comes, one after the other.
    var isDevice: Bool { path != "-" && FileManager.default.fileExists(atPath: path) && !isRegular }

    private var url: URL { URL(fileURLWithPath: path) }

    private var isRegular: Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }
}
