import CKernels
import CWideKernels
import Kernels
import Testing

/// One set of kernels, as an argument of tests.
struct KernelSet: CustomTestStringConvertible, Sendable {
    let name: String
    // SAFETY: a table of C functions that is never written.
    nonisolated(unsafe) let kernels: rk_kernels

    var testDescription: String { name }

    /// Every set that this machine can run.
    static let supported = InstructionSet.allNames.compactMap { name in
        InstructionSet.kernels(named: name).map { KernelSet(name: name, kernels: $0) }
    }
    /// Those that are compared with the scalar one; `wide` is AVX-512's vectors in other registers.
    static let others = supported.filter { $0.name != "scalar" } + wide

    private static var wide: [KernelSet] {
        #if arch(x86_64)
        guard InstructionSet.kernels(named: "avx2") != nil else { return [] }
        #endif
        return [KernelSet(name: "wide", kernels: rk_kernels_wide)]
    }
}

/// Which kernel sets the other suites covered on this machine: one that it cannot run is shown as skipped.
@Suite struct KernelSetTests {
    @Test(.enabled(if: InstructionSet.kernels(named: "avx512") != nil, "this machine cannot run avx512: not tested"))
    func avx512IsTested() { #expect(KernelSet.others.contains { $0.name == "avx512" }) }

    @Test(.enabled(if: InstructionSet.kernels(named: "avx2") != nil, "this machine cannot run avx2: not tested"))
    func avx2IsTested() { #expect(KernelSet.others.contains { $0.name == "avx2" }) }

    @Test(.enabled(if: InstructionSet.kernels(named: "neon") != nil, "this machine cannot run neon: not tested"))
    func neonIsTested() { #expect(KernelSet.others.contains { $0.name == "neon" }) }

    @Test func everySetHasATestOfItsOwn() {
        #expect(
            Set(InstructionSet.allNames) == ["avx512", "avx2", "neon", "scalar"], "a new set needs a test here, too")
        #expect(InstructionSet.kernels(named: "foo") == nil && InstructionSet.kernels(named: "") == nil)
    }

    /// The set in use is the first supported one, or what `RONDO_ISA` names; tables carry the names they are found by.
    @Test func tablesAreFoundByName() {
        for set in KernelSet.supported { #expect(String(cString: set.kernels.name) == set.name) }
        #expect(String(cString: rk_kernels_best().pointee.name) == KernelSet.supported.first?.name)
        #expect(InstructionSet.supportedNames.contains(InstructionSet.name))
        #expect(InstructionSet.supportedNames.last == "scalar")
    }
}
