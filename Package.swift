// swift-tools-version: 6.2
import Foundation
import PackageDescription

// MPI_PKG_CONFIG chooses the MPI library by its pkg-config file: ompi-c (Open MPI), mpich, or what a cluster has.
let mpi = Context.environment["MPI_PKG_CONFIG"] ?? "ompi-c"

// BITMOD_MARCH tunes the hot loops of release builds for a level of the x86-64 instruction set: x86-64-v2, x86-64-v3,
// x86-64-v4, or native, the highest level of the machine that builds. Results do not depend on it: Swift fuses no
// multiplications and additions. The program checks the level when it starts (Sources/Processor, which has the same lists).
let levels = [
    2: ["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"],
    3: ["abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"],
    4: ["avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"],
]

func nativeLevel() -> Int {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init))
    return levels.keys.sorted().prefix { flags.isSuperset(of: levels[$0] ?? []) }.last ?? 1
}

let level: Int =
    switch Context.environment["BITMOD_MARCH"] ?? "" {
    case "": 1
    case "native": nativeLevel()
    case "x86-64-v2": 2
    case "x86-64-v3": 3
    case "x86-64-v4": 4
    case let other: fatalError("BITMOD_MARCH: found \(other); expected native, x86-64-v2, x86-64-v3 or x86-64-v4")
    }
let tuned: [SwiftSetting] =
    level == 1 ? [] : [.unsafeFlags(["-Xcc", "-march=x86-64-v\(level)"], .when(configuration: .release))]
let marked: [SwiftSetting] = level == 1 ? [] : [.define("BITMOD_LEVEL_\(level)", .when(configuration: .release))]

let package = Package(
    name: "bitmod-dist",
    products: [
        .executable(name: "bitmod-dist", targets: ["bitmod-dist"]),
        // For Benchmarks/Kernels, a package of its own.
        .library(name: "Execution", targets: ["Execution"]),
        .library(name: "Quantization", targets: ["Quantization"]),
        .library(name: "Processor", targets: ["Processor"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // The program, and below it the targets in the one direction of their dependencies.
        .executableTarget(
            name: "bitmod-dist",
            dependencies: [
                "Units", "Documents", "Quantization", "Workload", "Accelerator", "Fabric", "MessagePassing",
                "Simulation", "Reporting", "Checkpoints", "Conversion", "Verification", "Processor", "Tokenization",
                "Inference", "Studies", "Execution",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "Reporting",
            dependencies: [
                "Units", "Documents", "Quantization", "Workload", "Accelerator", "Fabric", "Simulation", "Conversion",
                "Inference",
            ]),
        .target(
            name: "Studies",
            dependencies: [
                "Units", "Documents", "Workload", "Simulation", "Reporting", "MessagePassing",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "Conversion", dependencies: ["Documents", "Checkpoints", "Quantization", "MessagePassing"]),
        .target(
            name: "Simulation",
            dependencies: ["Units", "Documents", "Quantization", "Workload", "Accelerator", "Fabric", "MessagePassing"]),
        .target(name: "Workload", dependencies: ["Units", "Documents"]),
        .target(
            name: "Accelerator",
            dependencies: ["Units", "Documents", .product(name: "HeapModule", package: "swift-collections")]),
        .target(name: "Fabric", dependencies: ["Units", "Documents"]),
        .target(name: "Execution", dependencies: ["Quantization", "Units"], swiftSettings: tuned),
        .target(name: "Quantization", dependencies: ["Units"], swiftSettings: tuned),
        // Not tuned itself: it must run anywhere to say that the rest cannot.
        .target(name: "Processor", swiftSettings: marked),
        .target(name: "Verification", dependencies: ["Documents", "Quantization"]),
        .target(name: "Checkpoints", dependencies: ["Documents"]),
        .target(
            name: "Inference",
            dependencies: [
                "Documents", "Checkpoints", "Tokenization", "Quantization", "Execution", "Workload", "MessagePassing",
                "Accelerator", "Fabric", "Simulation", "Units",
            ],
            swiftSettings: tuned),
        .target(
            name: "Tokenization",
            dependencies: [
                "Documents", "Checkpoints", .product(name: "HeapModule", package: "swift-collections"),
            ]),
        .target(name: "Documents", dependencies: ["Units", "Yams"]),
        .target(name: "Units"),
        .target(name: "MessagePassing", dependencies: ["CMPI"]),
        .systemLibrary(
            name: "CMPI", pkgConfig: mpi, providers: [.apt(["libopenmpi-dev", "openmpi-bin", "pkg-config"])]),

        // Runs every operation of MessagePassing under a launcher; tests start it with either MPI.
        .executableTarget(name: "mpi-selftest", dependencies: ["MessagePassing", "_TestSupport"]),
        .testTarget(
            name: "MessagePassingTests", dependencies: ["MessagePassing", "_TestSupport", "mpi-selftest"]),
        .target(name: "_TestSupport", dependencies: ["MessagePassing"], path: "Tests/Support"),
        .target(name: "_RandomTestSupport", path: "Tests/RandomSupport"),
        .target(
            name: "_SimulationTestSupport",
            dependencies: [
                "_RandomTestSupport", "Quantization", "Workload", "Accelerator", "Fabric", "MessagePassing",
                "Simulation",
            ],
            path: "Tests/SimulationSupport"),
        .testTarget(name: "AcceleratorTests", dependencies: ["Accelerator", "Documents", "_SimulationTestSupport"]),
        .target(
            name: "_CheckpointTestSupport", dependencies: ["Checkpoints", "_RandomTestSupport"],
            path: "Tests/CheckpointSupport"),
        // Damaged model files against the readers; scripts/fuzz runs it for minutes, FuzzTests for seconds.
        .executableTarget(
            name: "fuzz-checkpoints",
            dependencies: [
                "Checkpoints", "Conversion", "Documents", "Quantization", "Inference", "MessagePassing", "Accelerator",
                "Fabric", "Simulation", "_CheckpointTestSupport", "_RandomTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/FuzzCheckpoints"),
        .testTarget(name: "FuzzTests", dependencies: ["fuzz-checkpoints", "_TestSupport"]),
        .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "Documents", "_CheckpointTestSupport"]),
        .testTarget(
            name: "CommandLineTests", dependencies: ["bitmod-dist", "_TestSupport", "_CheckpointTestSupport"]),
        .testTarget(
            name: "ConversionTests",
            dependencies: ["Conversion", "Checkpoints", "Quantization", "_CheckpointTestSupport", "_TestSupport"]),
        .testTarget(
            name: "VerificationTests", dependencies: ["Verification", "Quantization", "Documents"],
            resources: [.copy("Resources")]),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents"]),
        .testTarget(
            name: "ExecutionTests", dependencies: ["Execution", "Quantization", "Units", "_RandomTestSupport"]),
        .testTarget(name: "FabricTests", dependencies: ["Fabric", "_RandomTestSupport"]),
        .testTarget(name: "ProcessorTests", dependencies: ["Processor"]),
        .testTarget(
            name: "QuantizationTests", dependencies: ["Quantization", "_RandomTestSupport"],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "ReportingTests",
            dependencies: ["Reporting", "Simulation", "Quantization", "Units", "Fabric", "_SimulationTestSupport"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Simulation", "Reporting", "Documents", "Execution", "_SimulationTestSupport", "_TestSupport",
            ],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "InferenceTests",
            dependencies: [
                "Inference", "Tokenization", "Checkpoints", "Documents", "Quantization", "MessagePassing",
                "Accelerator",
                "Fabric", "Simulation", "Workload", "_CheckpointTestSupport", "_TestSupport",
            ],
            resources: [.copy("Resources")]),
        .testTarget(
            name: "TokenizationTests",
            dependencies: ["Tokenization", "Checkpoints", "Documents", "_CheckpointTestSupport"]),
        .testTarget(
            name: "StudiesTests",
            dependencies: [
                "Studies", "Documents", "Simulation", "_SimulationTestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(name: "UnitsTests", dependencies: ["Units"]),
        .testTarget(
            name: "WorkloadTests", dependencies: ["Workload", "Documents", "_SimulationTestSupport"],
            resources: [.copy("Resources")]),
    ],
    swiftLanguageModes: [.v6]
)
