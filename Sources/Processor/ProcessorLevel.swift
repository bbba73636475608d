/// The levels of the x86-64 instruction set for which a program is built: those of its psABI (section 3.1.1).
public enum ProcessorLevel: Int, Sendable, CaseIterable, Comparable {
    /// Every x86-64 processor, with vectors of SSE2; other architectures.
    case baseline = 1
    /// SSE4.2.
    case v2
    /// AVX2, FMA.
    case v3
    /// AVX-512.
    case v4

    /// The level that the hot loops of this program are built for.
    ///
    /// `Package.swift` chooses it by BITMOD_MARCH. Results do not depend on it.
    public static var built: ProcessorLevel {
        #if BITMOD_LEVEL_4
        .v4
        #elseif BITMOD_LEVEL_3
        .v3
        #elseif BITMOD_LEVEL_2
        .v2
        #else
        .baseline
        #endif
    }

    /// The name: `x86-64-v3`.
    public var name: String { self == .baseline ? "any processor" : "x86-64-v\(rawValue)" }

    /// What a processor of this level has beyond the one below, by the names that Linux has for it.
    ///
    /// `Package.swift` has the same lists.
    public var flags: [String] {
        switch self {
        case .baseline: []
        case .v2: ["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"]
        case .v3: ["abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"]
        case .v4: ["avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"]
        }
    }

    /// Orders levels by what they need.
    public static func < (left: ProcessorLevel, right: ProcessorLevel) -> Bool { left.rawValue < right.rawValue }

    /// What a processor lacks to run a program of this level.
    ///
    /// - Parameter flags: what it has.
    public func missing(from flags: Set<String>) -> [String] {
        Self.allCases.filter { $0 <= self }.flatMap(\.flags).filter { !flags.contains($0) }
    }

    /// Checks that this processor can run what the program was built for.
    ///
    /// Called before any hot loop, which would end in an illegal instruction.
    ///
    /// - Parameter flags: what the processor has; nil where it cannot be known, and nothing is checked.
    /// - Throws: ``ProcessorError``.
    public static func check(_ level: ProcessorLevel = .built, flags: Set<String>? = processorFlags()) throws {
        guard let flags else { return }
        let missing = level.missing(from: flags)
        guard missing.isEmpty else { throw ProcessorError(level: level, missing: missing) }
    }
}

/// A program that was built for another processor than that which runs it.
public struct ProcessorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What it was built for.
    public var level: ProcessorLevel
    /// What the processor lacks.
    public var missing: [String]

    /// One line.
    public var description: String {
        "built for \(level.name), but this processor has no \(missing.joined(separator: ", ")); "
            + "build again with BITMOD_MARCH set to a lower level, or empty for any processor"
    }
}
