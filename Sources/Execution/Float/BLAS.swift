import Foundation

/// The two routines of OpenBLAS that the float path uses, loaded when it first needs them.
///
/// Linked, the library would start its threads with every program, whose spinning takes a core from other ranks for some
/// twenty milliseconds; loaded with one thread it starts none.
struct BLAS: Sendable {
    /// y = α A x + β y: order, transpose, rows, columns, α, A, leading dimension, x, step, β, y, step.
    typealias MatrixVector =
        @convention(c) @Sendable (
            Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32, Float,
            UnsafeMutablePointer<Float>, Int32
        ) -> Void
    /// C = α A B + β C: order, transposes, rows, columns, inner extent, α, A and B with leading dimensions, β, C with its own.
    typealias MatrixMatrix =
        @convention(c) @Sendable (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32,
            Float, UnsafeMutablePointer<Float>, Int32
        ) -> Void

    /// The constants of the CBLAS interface (BLAS Technical Forum Standard, 2001, appendix B).
    enum Constant {
        static let rowMajor: Int32 = 101
        static let plain: Int32 = 111
        static let transposed: Int32 = 112
    }

    let sgemv: MatrixVector
    let sgemm: MatrixMatrix
    /// What the library says of itself, such as "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64".
    let configuration: String

    /// The library, or nil where this machine has none.
    static let shared: BLAS? = {
        // What the user set wins; the order of sums must not depend on the number of cores.
        setenv("OPENBLAS_NUM_THREADS", "1", 0)
        guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
            let sgemv = dlsym(library, "cblas_sgemv"), let sgemm = dlsym(library, "cblas_sgemm"),
            let setThreads = dlsym(library, "openblas_set_num_threads"),
            let getConfiguration = dlsym(library, "openblas_get_config")
        else { return nil }
        unsafeBitCast(setThreads, to: (@convention(c) (Int32) -> Void).self)(1)
        let configuration = unsafeBitCast(
            getConfiguration, to: (@convention(c) () -> UnsafePointer<CChar>?).self)()
        return BLAS(
            sgemv: unsafeBitCast(sgemv, to: MatrixVector.self), sgemm: unsafeBitCast(sgemm, to: MatrixMatrix.self),
            configuration: configuration.map { String(cString: $0) } ?? "of unknown version")
    }()
}
