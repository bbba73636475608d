import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Reads a page or a picture as XML, and what it refers to.
final class PageReader: NSObject, XMLParserDelegate {
    private(set) var elements: [String: Int] = [:]
    private(set) var identifiers: [String] = []
    /// What attributes refer to, fragments left out.
    private(set) var references: [String] = []
    /// Pictures without a role or a label.
    private(set) var silentPictures = 0
    private(set) var text = ""
    private(set) var error: String?
    private var isScript = false

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        if !parser.parse() {
            error = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "unknown")"
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements[name, default: 0] += 1
        isScript = name == "script" || name == "style"
        if let id = attributes["id"] { identifiers.append(id) }
        references += ["src", "href", "xlink:href", "data", "action"].compactMap { attributes[$0] }.filter {
            !$0.hasPrefix("#")
        }
        if name == "svg", attributes["role"] != "img" || (attributes["aria-label"] ?? "").isEmpty {
            silentPictures += 1
        }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        isScript = false
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { if !isScript { text += string } }

    /// Checks what holds for every page and picture.
    func check(_ source: String, _ comment: Comment? = nil) {
        #expect(error == nil, comment)
        #expect(references.isEmpty, comment)
        #expect(silentPictures == 0, comment)
        #expect(Set(identifiers).count == identifiers.count, comment)
        // The only addresses are the names of languages.
        let rest = source.replacing("http://www.w3.org/2000/svg", with: "").replacing(
            "http://www.w3.org/1999/xhtml", with: "")
        #expect(!rest.contains("http") && !rest.contains("@import") && !rest.contains("url(//"), comment)
        #expect(!rest.contains("nan") || !rest.contains("=\"nan"), comment)
        #expect(!rest.contains("=\"inf") && !rest.contains("=\"-inf"), comment)
    }
}
