#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the processor has, by Linux's names; nil on other systems and architectures.
public func processorFlags() -> Set<String>? {
    guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
    defer { fclose(file) }
    // The first processor's lines: with hundreds of processors the file is long.
    var text = [UInt8](repeating: 0, count: 16384)
    let count = fread(&text, 1, text.count, file)
    return processorFlags(in: String(decoding: text.prefix(count), as: UTF8.self))
}

/// The flags in the text of /proc/cpuinfo; nil if it has none.
func processorFlags(in text: String) -> Set<String>? {
    for line in text.split(separator: "\n") where line.hasPrefix("flags") {
        guard let colon = line.firstIndex(of: ":") else { continue }
        return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
    }
    return nil
}
