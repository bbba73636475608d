// swift-tools-version: 6.2
import PackageDescription

// The same variable as in the root package tunes this one.
let tuned: [SwiftSetting] =
    Context.environment["BITMOD_MARCH"].map {
        [.define("BITMOD_TUNED"), .unsafeFlags(["-Xcc", "-march=\($0)"], .when(configuration: .release))]
    } ?? []

let package = Package(
    name: "kernel-benchmark",
    dependencies: [.package(name: "bitmod-dist", path: "../..")],
    targets: [
        .executableTarget(
            name: "kernel-benchmark",
            dependencies: [
                .product(name: "Execution", package: "bitmod-dist"),
                .product(name: "Quantization", package: "bitmod-dist"),
            ],
            swiftSettings: tuned)
    ],
    swiftLanguageModes: [.v6]
)
