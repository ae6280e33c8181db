package import CKernels
import System

/// The table of kernels that this process uses: the machine's best, or a lower one forced by `RONDO_ISA`
/// (`scalar`, `avx2`, `neon`). Every table gives the same bytes; forcing one serves tests and bug reports.
package enum InstructionSet {
    /// Chosen once, at first use.
    // SAFETY: a table of C functions that is never written after this.
    package nonisolated(unsafe) static let kernels: rk_kernels = chosen.pointee

    /// `scalar`, `avx2` or `neon`.
    package static var name: String { String(cString: kernels.name) }

    /// The kernels of a named instruction set; nil where this machine has no such thing.
    package static func kernels(named name: String) -> rk_kernels? { rk_kernels_named(name)?.pointee }

    private static var chosen: UnsafePointer<rk_kernels> {
        guard let forced = getenv("RONDO_ISA"), let kernels = rk_kernels_named(forced) else { return rk_kernels_best() }
        return kernels
    }
}
