import Foundation

/// The processor's name and vector extensions as Linux reports them.
enum Machine {
    static var description: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        func field(_ name: String) -> String? {
            lines.first { $0.hasPrefix(name) }?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
        }
        let flags = Set(field("flags")?.split(separator: " ").map(String.init) ?? [])
        let shown = ["sse2", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl"].filter(flags.contains)
        return
            "\(field("model name") ?? "unknown processor"), family \(field("cpu family") ?? "?"), model \(field("model") ?? "?"): "
            + shown.joined(separator: " ")
    }
}
