import Documents
import Fabric
import Foundation
import Reporting

/// A file for a drawing; its ending says in which form.
struct DrawingFile {
    let path: String
    let option: String

    /// Refuses other endings, and places that cannot be written to.
    func check() throws {
        guard path.hasSuffix(".svg") || path.hasSuffix(".dot") else {
            throw InputError(
                .usage, key: option, problem: "found \"\(path)\"", expected: "a file that ends in .svg or .dot")
        }
        try OutputFile(path: path).check()
    }

    /// Writes the drawing.
    func write(_ drawing: NetworkDrawing, title: String) throws {
        let drawing = TopologyDrawing(drawing, title: title)
        try OutputFile(path: path).write(Data((path.hasSuffix(".dot") ? drawing.dot : drawing.svg).utf8))
    }
}
