import CKernels

/// Products of views; the shapes say what pointers, strides and counts say in the calls below them.
extension Product {
    /// The chain of an element starts at its column's bias; at zero where there is none.
    package static func start(at bias: Vector?) -> Start { bias.map { .bias($0.pointer) } ?? .zero }

    /// The chain of an element starts at its column's bias; at what C holds where there is none.
    package static func start(at bias: Vector?, orAdd: Void) -> Start { bias.map { .bias($0.pointer) } ?? .accumulate }

    /// C `[M, N]` = start + A `[M, K]` · B `[K, N]`.
    ///
    /// - Parameter scratch: `scratchCount` floats that belong to this call.
    package static func multiply(_ a: Matrix, by b: PackedMatrix, start: Start, into c: Matrix, scratch: AlignedBuffer)
    {
        assert(
            a.columns == b.depth && c.columns == b.columns && a.rows == c.rows,
            "[\(a.rows), \(a.columns)] · [\(b.depth), \(b.columns)] into [\(c.rows), \(c.columns)]")
        multiply(
            rows: a.rows, a.pointer, rowStride: a.rowStride, by: b, start: start, into: c.pointer, ldc: c.rowStride,
            scratch: scratch)
    }

    /// Columns `columns` of `multiply`, from the first of a panel on: parts that may run at once.
    package static func multiply(
        _ a: Matrix, by b: PackedMatrix, columns: Range<Int>, start: Start, into c: Matrix, scratch: AlignedBuffer
    ) {
        assert(a.columns == b.depth && c.columns == b.columns && a.rows == c.rows, "[\(a.rows), \(a.columns)]")
        multiply(
            rows: a.rows, a.pointer, rowStride: a.rowStride, by: b, columns: columns, start: start, into: c.pointer,
            ldc: c.rowStride, scratch: scratch)
    }

    /// C `[M, columns]` = A `[M, depth]` · the first `depth` rows and `columns` columns of B.
    package static func multiply(_ a: Matrix, byPartOf b: PackedMatrix, into c: Matrix, scratch: AlignedBuffer) {
        assert(a.rows == c.rows, "\(a.rows) rows into \(c.rows)")
        multiply(
            rows: a.rows, a.pointer, rowStride: a.rowStride, by: b, depth: a.columns, columns: c.columns, start: .zero,
            into: c.pointer, ldc: c.rowStride, scratch: scratch)
    }

    /// C `[M, N]` += Aᵀ · B for A `[K, M]` and B `[K, N]`: a weight gradient.
    ///
    /// - Parameter panels: at least `gradientPanelsCount(depth: K, columns: N)` floats.
    package static func accumulateTransposed(
        _ a: Matrix, _ b: Matrix, into c: Matrix, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        assert(
            a.rows == b.rows && c.rows == a.columns && c.columns == b.columns,
            "[\(a.rows), \(a.columns)]ᵀ · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
        accumulateTransposed(
            depth: a.rows, a.pointer, rows: a.columns, lda: a.rowStride, b.pointer, columns: b.columns,
            ldb: b.rowStride, into: c.pointer, ldc: c.rowStride, panels: panels, scratch: scratch)
    }
}

extension PackedMatrix {
    /// Packs Wᵀ of W `[columns, depth]` in a buffer of parameters, from float `offset` on.
    package func packTransposed(_ parameters: AlignedBuffer, from offset: Int) {
        packTransposed(parameters.vector(from: offset, count: depth * columns).pointer)
    }

    /// Packs W `[depth, columns]` in a buffer of parameters, from float `offset` on.
    package func packRows(_ parameters: AlignedBuffer, from offset: Int) {
        packRows(parameters.vector(from: offset, count: depth * columns).pointer)
    }

    /// Either of them cut into calls that may run at once.
    package func packPieces(_ parameters: AlignedBuffer, from offset: Int, transposed: Bool) -> [() -> Void] {
        packPieces(parameters.vector(from: offset, count: depth * columns).pointer, transposed: transposed)
    }

    /// Packs B = x `[depth, columns]`.
    package func pack(_ x: Matrix) {
        assert(x.rows == depth && x.columns == columns, "[\(x.rows), \(x.columns)] into [\(depth), \(columns)]")
        pack(x.pointer, rowStride: x.rowStride, columnStride: 1)
    }

    /// Packs B = xᵀ of x `[columns, depth]`.
    package func pack(transposed x: Matrix) {
        assert(x.columns == depth && x.rows == columns, "[\(x.rows), \(x.columns)]ᵀ into [\(depth), \(columns)]")
        pack(x.pointer, rowStride: 1, columnStride: x.rowStride)
    }

    /// Replaces one column by `depth` values.
    package func setColumn(_ column: Int, _ values: Vector) {
        assert(values.count == depth, "\(values.count) floats of \(depth)")
        setColumn(column, values.pointer)
    }
}
