// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "kernel-benchmark",
    dependencies: [.package(name: "bitmod-dist", path: "../..")],
    targets: [
        .executableTarget(
            name: "kernel-benchmark",
            dependencies: [
                .product(name: "Execution", package: "bitmod-dist"),
                .product(name: "Processor", package: "bitmod-dist"),
                .product(name: "Quantization", package: "bitmod-dist"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
