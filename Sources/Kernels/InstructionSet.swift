package import CKernels
import System

/// The table of kernels that this process uses: the one preferred on this machine, or another supported one that
/// `RONDO_ISA` names. Every table gives the same bytes; forcing one serves tests and bug reports.
package enum InstructionSet {
    /// Chosen once, at first use.
    // SAFETY: a table of C functions that is never written after this.
    package nonisolated(unsafe) static let kernels: rk_kernels = chosen.pointee

    /// As in `RONDO_ISA`.
    package static var name: String { String(cString: kernels.name) }

    /// Every instruction set that kernels are written for, the preferred ones first.
    package static let allNames: [String] = {
        var count = 0
        let sets = rk_kernel_sets(&count)
        return (0..<count).map { String(cString: sets[$0].name) }
    }()

    /// Those that this machine can run.
    package static var supportedNames: [String] { allNames.filter { rk_kernels_named($0) != nil } }

    /// The kernels of a named instruction set; nil where this machine cannot run it.
    package static func kernels(named name: String) -> rk_kernels? { rk_kernels_named(name)?.pointee }

    /// Why `RONDO_ISA` is refused, for the operator: it names a set that this machine cannot run, and the kernels in
    /// use would be others than the operator thinks. Nil where it is not set, or right.
    package static var refusal: String? {
        guard let value = getenv("RONDO_ISA"), kernels(named: String(cString: value)) == nil else { return nil }
        return "RONDO_ISA: \"\(String(cString: value))\" is not an instruction set of this machine; possible are "
            + supportedNames.joined(separator: ", ")
    }

    private static var chosen: UnsafePointer<rk_kernels> {
        guard let forced = getenv("RONDO_ISA"), let kernels = rk_kernels_named(forced) else { return rk_kernels_best() }
        return kernels
    }
}
