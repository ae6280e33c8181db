import CKernels

/// Matrix products. Each element is one sequential fused multiply-add chain over k: the same bytes for any number of
/// rows beside it, any blocking and any instruction set.
package enum Product {
    /// Where the chain of an element starts.
    package enum Start {
        case zero
        /// `[N]`, added to each row.
        case bias(UnsafePointer<Float>)
        /// The value that C holds.
        case accumulate

        /// As kernels take it.
        fileprivate var arguments: (bias: UnsafePointer<Float>?, accumulate: Int32) {
            switch self {
            case .zero: (nil, 0)
            case .bias(let values): (values, 0)
            case .accumulate: (nil, 1)
            }
        }
    }

    /// The floats of scratch that a product may use, for one thread.
    package static let scratchCount = Int(RK_SCRATCH)

    /// C `[M, N]` = start + A `[M, K]` · B `[K, N]`.
    ///
    /// - Parameters:
    ///   - rows: M.
    ///   - a: A[m, k] = a[m · rowStride + k · columnStride].
    ///   - c: row length `ldc`.
    ///   - scratch: `scratchCount` floats that belong to this call.
    /// - Complexity: 2·M·N·K floating-point operations.
    package static func multiply(
        rows: Int, _ a: UnsafePointer<Float>, rowStride: Int, columnStride: Int = 1, by b: PackedMatrix, start: Start,
        into c: UnsafeMutablePointer<Float>, ldc: Int, scratch: AlignedBuffer
    ) {
        guard !b.holdsHalves else {
            precondition(columnStride == 1, "columns that lie apart, of a product with halves")
            return multiply(
                rows: rows, a, rowStride: rowStride, by: b, columns: 0..<b.columns, start: start, into: c, ldc: ldc,
                scratch: scratch)
        }
        multiply(
            rows: rows, depth: b.depth, columns: b.columns, a, rowStride: rowStride, columnStride: columnStride,
            panels: b.panels.pointer, start: start, into: c, ldc: ldc, scratch: scratch)
    }

    /// Columns `columns` of C `[M, N]` = start + A `[M, K]` · B `[K, N]`: a part of a product whose parts may run at
    /// once, as scratch is not used.
    ///
    /// - Parameter columns: from the first of a panel on (a multiple of `PackedMatrix.panel`).
    package static func multiply(
        rows: Int, _ a: UnsafePointer<Float>, rowStride: Int, by b: PackedMatrix, columns: Range<Int>, start: Start,
        into c: UnsafeMutablePointer<Float>, ldc: Int, scratch: AlignedBuffer
    ) {
        let first = columns.lowerBound
        precondition(
            first % PackedMatrix.panel == 0 && columns.upperBound <= b.columns, "columns \(columns) of \(b.columns)")
        let part: Start = if case .bias(let values) = start { .bias(values + first) } else { start }
        guard !b.holdsHalves else {
            let (bias, accumulate) = part.arguments
            return InstructionSet.kernels.gemm_half(
                rows, columns.count, b.depth, a, rowStride, b.halves + b.offset(ofColumn: first), bias, c + first, ldc,
                accumulate
            )
        }
        multiply(
            rows: rows, depth: b.depth, columns: columns.count, a, rowStride: rowStride, columnStride: 1,
            panels: b.panels.pointer + b.offset(ofColumn: first), start: part, into: c + first, ldc: ldc,
            scratch: scratch)
    }

    /// C `[M, columns]` = start + A `[M, depth]` · the first `depth` rows and `columns` columns of B.
    package static func multiply(
        rows: Int, _ a: UnsafePointer<Float>, rowStride: Int, by b: PackedMatrix, depth: Int, columns: Int,
        start: Start,
        into c: UnsafeMutablePointer<Float>, ldc: Int, scratch: AlignedBuffer
    ) {
        precondition(
            !b.holdsHalves && depth <= b.depth && columns <= b.columns,
            "[\(depth), \(columns)] of [\(b.depth), \(b.columns)]")
        // Panels of a matrix with more rows stand farther apart than the kernel takes them to be: one at a time.
        let width = depth == b.depth ? max(columns, 1) : Int(RK_PANEL)
        for first in stride(from: 0, to: columns, by: width) {
            let part: Start = if case .bias(let values) = start { .bias(values + first) } else { start }
            multiply(
                rows: rows, depth: depth, columns: min(width, columns - first), a, rowStride: rowStride,
                columnStride: 1,
                panels: b.panels.pointer + b.offset(ofColumn: first), start: part, into: c + first, ldc: ldc,
                scratch: scratch)
        }
    }

    /// Rows of a window that are worked on at a time, so that they and what is made of them stay in the caches. A chain
    /// that is cut goes on from the stored float: no byte depends on it.
    package static let rowsAtATime = 384

    /// The floats of `panels` that `accumulateTransposed` needs at most for B `[depth, columns]`.
    package static func gradientPanelsCount(depth: Int, columns: Int) -> Int {
        PackedMatrix.count(depth: min(depth, rowsAtATime), columns: columns)
    }

    /// C `[M, N]` += Aᵀ · B for A `[K, M]` (row length `lda`) and B `[K, N]` (row length `ldb`): a weight gradient.
    /// `panels` holds at least `gradientPanelsCount(depth: K, columns: N)` floats.
    package static func accumulateTransposed(
        depth: Int, _ a: UnsafePointer<Float>, rows: Int, lda: Int, _ b: UnsafePointer<Float>, columns: Int, ldb: Int,
        into c: UnsafeMutablePointer<Float>, ldc: Int, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        precondition(
            gradientPanelsCount(depth: depth, columns: columns) <= panels.count,
            "panels of \(panels.count) floats for [\(depth), \(columns)]")
        for first in stride(from: 0, to: depth, by: rowsAtATime) {
            let part = min(rowsAtATime, depth - first)
            InstructionSet.kernels.pack(
                part, columns, b + first * ldb, ldb, 1, panels.pointer, rk_panel_stride(part))
            multiply(
                rows: rows, depth: part, columns: columns, a + first * lda, rowStride: 1, columnStride: lda,
                panels: panels.pointer,
                start: .accumulate, into: c, ldc: ldc, scratch: scratch)
        }
    }

    private static func multiply(
        rows: Int, depth: Int, columns: Int, _ a: UnsafePointer<Float>, rowStride: Int, columnStride: Int,
        panels: UnsafePointer<Float>, start: Start, into c: UnsafeMutablePointer<Float>, ldc: Int,
        scratch: AlignedBuffer
    ) {
        precondition(scratch.count >= scratchCount, "scratch of \(scratch.count) floats")
        let (bias, accumulate) = start.arguments
        InstructionSet.kernels.gemm(
            rows, columns, depth, a, rowStride, columnStride, panels, bias, c, ldc, accumulate, scratch.pointer)
    }
}
