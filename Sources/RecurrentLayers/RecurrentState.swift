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
    /// What the views show.
    private let buffers: [AlignedBuffer]

    /// Zeros for `rows` rows of the network.
    package convenience init(network: RecurrentNetwork, rows: Int) { self.init(settings: network.settings, rows: rows) }

    init(settings: NetworkSettings, rows: Int) {
        self.rows = rows
        count = settings.layers * settings.directions
        let widths =
            [Int](repeating: settings.stateWidth, count: count)
            + (settings.cell.hasCellState ? [Int](repeating: settings.hidden, count: count) : [])
        buffers = widths.map { AlignedBuffer(count: rows * $0) }
        parts = zip(buffers, widths).map { $0.matrix(rows: rows, columns: $1) }
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
        return parts.flatMap { $0[row].array }
    }

    /// Replaces a row by values in the order of `row(_:)`.
    ///
    /// - Precondition: the row exists, and there are `valuesPerRow` values.
    package func setRow(_ row: Int, _ values: [Float]) {
        precondition(
            row >= 0 && row < rows && values.count == valuesPerRow,
            "row \(row) of \(rows), \(values.count) values for \(valuesPerRow)")
        var next = 0
        for part in parts {
            for unit in 0..<part.columns { part[row, unit] = values[next + unit] }
            next += part.columns
        }
    }
}
