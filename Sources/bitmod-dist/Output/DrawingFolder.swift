import Documents
import Foundation

/// A folder for the plots of a page.
struct DrawingFolder {
    let path: String

    private var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    /// Refuses places that cannot be written to; makes a folder that is missing.
    func check() throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
            throw InputError(.output, file: path, problem: "is a file", expected: "a folder")
        }
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw InputError(.output, file: path, problem: "the folder cannot be made")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw InputError(.output, file: path, problem: "the folder cannot be written to")
        }
    }

    /// Writes a file for each drawing; others stay as they are.
    func write(_ drawings: [(name: String, svg: String)]) throws {
        for drawing in drawings {
            try OutputFile(path: url.appending(path: "\(drawing.name).svg").path).write(Data(drawing.svg.utf8))
        }
    }
}
