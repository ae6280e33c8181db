import CKernels

/// Subnormal numbers: those that are left in buffers, and those that the processor met.
package enum Subnormals {
    /// How many of the values are subnormal.
    package static func count(_ values: [Float]) -> Int { values.count { $0.isSubnormal } }

    /// Whether this thread met a subnormal operand, or a result below the normal floats, while it ran the body: the
    /// processor's own flags, the inside of kernels included. Work that the body leaves to other threads is not seen.
    package static func areMet(_ body: () -> Void) -> Bool {
        rk_forget_subnormals()
        body()
        return rk_met_subnormals() != 0
    }
}
