import Foundation
import Testing

/// Files beside the tests.
enum Resources {
    static func url(_ name: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Resources/" + name, withExtension: nil), "resource \(name)")
    }
}
