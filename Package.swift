// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "bitmod-dist",
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .target(name: "Units"),
        .target(name: "Documents", dependencies: ["Units", "Yams"]),
        .target(
            name: "Accelerator",
            dependencies: ["Units", "Documents", .product(name: "HeapModule", package: "swift-collections")]),
        .testTarget(name: "AcceleratorTests", dependencies: ["Accelerator"]),
        .target(name: "Fabric", dependencies: ["Units", "Documents"]),
        .testTarget(name: "FabricTests", dependencies: ["Fabric"]),
        .target(name: "Workload", dependencies: ["Units", "Documents"]),
        .target(name: "Quantization"),
        .systemLibrary(
            name: "CMPI", pkgConfig: Context.environment["MPI_PKG_CONFIG"] ?? "ompi-c",
            providers: [.apt(["libopenmpi-dev", "openmpi-bin", "pkg-config"])]),
        .target(name: "MessagePassing", dependencies: ["CMPI"]),
        .target(
            name: "Simulation",
            dependencies: ["Units", "Documents", "Quantization", "Workload", "Accelerator", "Fabric", "MessagePassing"]),
        .target(
            name: "Reporting",
            dependencies: ["Units", "Documents", "Quantization", "Workload", "Accelerator", "Fabric", "Simulation"]),
        .executableTarget(
            name: "bitmod-dist",
            dependencies: [
                "Units", "Documents", "Quantization", "Workload", "Accelerator", "Fabric", "MessagePassing",
                "Simulation",
                "Reporting", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "WorkloadTests", dependencies: ["Workload", "Documents"], resources: [.copy("Resources")]),
        .testTarget(name: "UnitsTests", dependencies: ["Units"]),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents"]),
    ],
    swiftLanguageModes: [.v6]
)
