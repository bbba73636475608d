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
        .testTarget(name: "UnitsTests", dependencies: ["Units"]),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents"]),
    ],
    swiftLanguageModes: [.v6]
)
