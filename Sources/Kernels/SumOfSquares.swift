import CKernels

/// Σ x² in eight double lanes: of element i in lane i mod 8, so that zeros can be left out.
package struct SumOfSquares {
    private var lanes: (Double, Double, Double, Double, Double, Double, Double, Double) = (0, 0, 0, 0, 0, 0, 0, 0)

    /// Zero.
    package init() {}

    /// Adds those of a vector that begins at a multiple of eight.
    package mutating func add(_ x: Vector) {
        withUnsafeMutableBytes(of: &lanes) { lanes in
            guard let lanes = lanes.assumingMemoryBound(to: Double.self).baseAddress else { return }
            InstructionSet.kernels.sum_of_squares(x.count, x.pointer, lanes)
        }
    }

    /// The sum of the lanes, two by two.
    package var value: Double {
        let x = lanes
        return ((x.0 + x.1) + (x.2 + x.3)) + ((x.4 + x.5) + (x.6 + x.7))
    }
}
