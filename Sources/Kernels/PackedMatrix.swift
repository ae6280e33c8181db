import CKernels
import System

/// The right-hand side of a product, B `[K, N]`, laid out in panels of sixteen columns so that a kernel reads it in
/// order.
///
/// Weights are packed once per optimiser step (training) or once per load (serving). In halves (IEEE binary16) they
/// take half the memory, for serving: a product has then the bytes of a float32 one with weights rounded to halves.
package struct PackedMatrix {
    /// Columns of a panel.
    package static let panel = Int(RK_PANEL)

    /// K, the rows of B: the length of each multiply-add chain.
    package let depth: Int
    /// N, the columns of B.
    package let columns: Int
    /// Panels of floats, or of halves, two to a float's place.
    let panels: AlignedBuffer
    let holdsHalves: Bool

    /// Room for a `[depth, columns]` matrix, all zero.
    package init(depth: Int, columns: Int, halves: Bool = false) {
        self.depth = depth
        self.columns = columns
        holdsHalves = halves
        let count = PackedMatrix.count(depth: depth, columns: columns)
        panels = AlignedBuffer(count: halves ? count / 2 : count)
    }

    /// A `[depth, columns]` matrix in storage that is kept for it, whatever it holds; to be packed.
    package init(depth: Int, columns: Int, storage: AlignedBuffer) {
        precondition(
            PackedMatrix.count(depth: depth, columns: columns) <= storage.count,
            "storage of \(storage.count) floats for [\(depth), \(columns)]")
        self.depth = depth
        self.columns = columns
        holdsHalves = false
        panels = storage
    }

    /// The floats that a packed `[depth, columns]` matrix takes.
    package static func count(depth: Int, columns: Int) -> Int {
        (columns + panel - 1) / panel * rk_panel_stride(depth)
    }

    /// Floats from a panel to the next.
    private var stride: Int { rk_panel_stride(depth) }

    /// Floats before the panel that begins with `column`.
    func offset(ofColumn column: Int) -> Int { column / PackedMatrix.panel * stride }

    /// Packs B with B[k, n] = source[k · rowStride + n · columnStride].
    package func pack(_ source: UnsafePointer<Float>, rowStride: Int, columnStride: Int) {
        pack(source, rowStride: rowStride, columnStride: columnStride, rows: 0..<depth, columns: 0..<columns)
    }

    /// Packs a part of B, its columns from the first of a panel on: what `packPieces` splits a large matrix into.
    private func pack(
        _ source: UnsafePointer<Float>, rowStride: Int, columnStride: Int, rows: Range<Int>, columns: Range<Int>
    ) {
        let (kernels, panel) = (InstructionSet.kernels, PackedMatrix.panel)
        let first = source + rows.lowerBound * rowStride + columns.lowerBound * columnStride
        let start = offset(ofColumn: columns.lowerBound) + rows.lowerBound * panel
        defer { WorkerThread.worked(2 * rows.count * columns.count) }
        guard holdsHalves else {
            return kernels.pack(
                rows.count, columns.count, first, rowStride, columnStride, panels.pointer + start, stride)
        }
        // A panel at a time: panels of floats lie closer than those of a matrix with more rows.
        let floats = AlignedBuffer(count: rows.count * panel)
        for column in Swift.stride(from: 0, to: columns.count, by: panel) {
            let width = min(panel, columns.count - column)
            kernels.pack(
                rows.count, width, first + column * columnStride, rowStride, columnStride, floats.pointer, floats.count)
            kernels.to_half(floats.count, floats.pointer, halves + start + offset(ofColumn: column))
        }
    }

    /// The panels of a matrix in halves.
    var halves: UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(panels.pointer).assumingMemoryBound(to: UInt16.self)
    }

    /// Bytes that a product reads.
    package var sizeBytes: Int {
        let count = (columns + PackedMatrix.panel - 1) / PackedMatrix.panel * PackedMatrix.panel * depth
        return count * (holdsHalves ? MemoryLayout<UInt16>.size : MemoryLayout<Float>.size)
    }

    /// Packs Wᵀ for W `[columns, depth]`, row-major: the product is then x·Wᵀ.
    package func packTransposed(_ weights: UnsafePointer<Float>) { pack(weights, rowStride: 1, columnStride: depth) }

    /// Packs W `[depth, columns]`, row-major.
    package func packRows(_ weights: UnsafePointer<Float>) { pack(weights, rowStride: columns, columnStride: 1) }

    /// Replaces one column by `depth` values.
    package func setColumn(_ column: Int, _ values: UnsafePointer<Float>) {
        precondition(!holdsHalves && column >= 0 && column < columns, "column \(column) of \(columns)")
        let start = panels.pointer + offset(ofColumn: column) + column % PackedMatrix.panel
        for row in 0..<depth { start[row * PackedMatrix.panel] = values[row] }
    }

    /// Takes over the first `count` columns of a matrix of the same depth.
    package func copyColumns(from other: PackedMatrix, count: Int) {
        precondition(
            !holdsHalves && !other.holdsHalves && other.depth == depth && count <= min(columns, other.columns),
            "\(count) columns of \(other.columns) into \(columns)")
        panels.pointer.update(from: other.panels.pointer, count: PackedMatrix.count(depth: depth, columns: count))
    }

    /// `packTransposed` or `packRows` cut into calls that may run at once: each packs about 64 kB that the source holds
    /// side by side, which are columns of Wᵀ and rows of W.
    package func packPieces(_ weights: UnsafePointer<Float>, transposed: Bool) -> [() -> Void] {
        let (total, width) = transposed ? (columns, depth) : (depth, columns)
        let length = max(1, 16_384 / (Int(RK_PANEL) * max(1, width))) * Int(RK_PANEL)
        return Swift.stride(from: 0, to: total, by: length).map { first in
            let piece = first..<min(total, first + length)
            return {
                pack(
                    weights, rowStride: transposed ? 1 : columns, columnStride: transposed ? depth : 1,
                    rows: transposed ? 0..<depth : piece, columns: transposed ? piece : 0..<columns)
            }
        }
    }
}
