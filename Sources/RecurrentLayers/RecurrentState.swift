import Kernels

/// h (and where the cell has it c) of every layer and direction for R rows. Zero states are materialised: there is no
/// "none".
package final class RecurrentState {
    /// How many layers and directions have a state: L·D.
    let count: Int
    /// R.
    package let rows: Int
    /// All h `[R, S]`, then all c `[R, H]` if the cell has it: views, so that a step counts no references.
    private let parts: [Matrix]
    private static let lineFloats = 64 / MemoryLayout<Float>.size
    /// What the views show.
    private let buffer: AlignedBuffer

    /// Zeros for `rows` rows of the network.
    package convenience init(network: RecurrentNetwork, rows: Int) { self.init(settings: network.settings, rows: rows) }

    init(settings: NetworkSettings, rows: Int) {
        self.rows = rows
        count = settings.layers * settings.directions
        let widths =
            [Int](repeating: settings.stateWidth, count: count)
            + (settings.cell.hasCellState ? [Int](repeating: settings.hidden, count: count) : [])
        // One buffer, for a stream makes a state of one row: each part begins at a line of the cache.
        let sizes = widths.map { (rows * $0 + Self.lineFloats - 1) / Self.lineFloats * Self.lineFloats }
        let buffer = AlignedBuffer(count: sizes.reduce(0, +))
        var next = buffer.pointer
        parts = zip(widths, sizes).map { width, size in
            defer { next += size }
            return Matrix(next, rows: rows, columns: width)
        }
        self.buffer = buffer
    }

    /// h `[rows, S]` of one layer and direction, of the first rows.
    func hidden(_ index: Int, rows: Int) -> Matrix { parts[index].rows(from: 0, count: rows) }

    /// c `[rows, H]` likewise; without columns where the cell has none.
    func cell(_ index: Int, rows: Int) -> Matrix {
        guard parts.count > count else { return hidden(index, rows: rows).columns(from: 0, count: 0) }
        return parts[count + index].rows(from: 0, count: rows)
    }

    /// The state before the first step.
    package func zero() {
        for part in parts { part.zero() }
    }

    /// Floats that describe one row.
    package var valuesPerRow: Int { parts.reduce(0) { $0 + $1.columns } }

    /// The same of any state of a network.
    static func valuesPerRow(_ settings: NetworkSettings) -> Int {
        let widths = settings.stateWidth + (settings.cell.hasCellState ? settings.hidden : 0)
        return settings.layers * settings.directions * widths
    }

    /// All layers' h (and c) of a row, into a row of another state of the same network.
    package func copyRow(_ row: Int, to other: RecurrentState, row target: Int) {
        precondition(
            row >= 0 && row < rows && target >= 0 && target < other.rows,
            "row \(row) of \(rows) to \(target) of \(other.rows)")
        for index in parts.indices { other.parts[index][target].assign(parts[index][row]) }
    }

    /// All layers' h, then all layers' c, of a row.
    package func row(_ row: Int) -> [Float] {
        precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
        return [Float](unsafeUninitializedCapacity: valuesPerRow) { values, count in
            for part in parts {
                values.baseAddress?.advanced(by: count).initialize(from: part[row].pointer, count: part.columns)
                count += part.columns
            }
        }
    }

    /// Replaces a row by values in the order of `row(_:)`.
    ///
    /// - Precondition: the row exists, and there are `valuesPerRow` values.
    package func setRow(_ row: Int, _ values: [Float]) {
        precondition(
            row >= 0 && row < rows && values.count == valuesPerRow,
            "row \(row) of \(rows), \(values.count) values for \(valuesPerRow)")
        values.withUnsafeBufferPointer { values in
            guard var next = values.baseAddress else { return }
            for part in parts {
                part[row].pointer.update(from: next, count: part.columns)
                next += part.columns
            }
        }
    }
}
