import Foundation
import MessagePassing

do {
    let options = try SelfTestOptions(CommandLine.arguments.dropFirst())
    exit(options.run())
} catch {
    FileHandle.standardError.write(Data("mpi-selftest: \(error)\n".utf8))
    exit(64)
}
