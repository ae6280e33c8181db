import Kernels

/// h (and where the cell has it c) of every layer and direction for R rows. Zero states are materialised: there is no
/// "none".
package final class RecurrentState {
    /// `[L·D][R, S]`
    private let hidden: [AlignedBuffer]
    /// `[L·D][R, H]`, empty unless the cell has c.
    private let cell: [AlignedBuffer]
    /// S, and H where the cell has c, else 0.
    private let stateWidth: Int
    private let cellWidth: Int
    /// R.
    package let rows: Int
    /// All h, then all c, each with the length of a row.
    private let buffers: [(buffer: AlignedBuffer, width: Int)]

    /// Zeros for `rows` rows of the network.
    package convenience init(network: RecurrentNetwork, rows: Int) { self.init(settings: network.settings, rows: rows) }

    init(settings: NetworkSettings, rows: Int) {
        self.rows = rows
        stateWidth = settings.stateWidth
        cellWidth = settings.cell.hasCellState ? settings.hidden : 0
        let count = settings.layers * settings.directions
        hidden = (0..<count).map { _ in AlignedBuffer(count: rows * settings.stateWidth) }
        cell = settings.cell.hasCellState ? (0..<count).map { _ in AlignedBuffer(count: rows * settings.hidden) } : []
        buffers = hidden.map { ($0, settings.stateWidth) } + cell.map { ($0, settings.hidden) }
    }

    /// h `[rows, S]` of one layer and direction, of the first rows.
    func hidden(_ index: Int, rows: Int) -> Matrix { hidden[index].matrix(rows: rows, columns: stateWidth) }

    /// c `[rows, H]` likewise; without columns where the cell has none.
    func cell(_ index: Int, rows: Int) -> Matrix {
        guard cellWidth > 0 else { return hidden[index].matrix(rows: rows, columns: 0) }
        return cell[index].matrix(rows: rows, columns: cellWidth)
    }

    /// How many layers and directions have a state.
    var count: Int { hidden.count }

    /// The state before the first step.
    package func zero() {
        for (buffer, _) in buffers { buffer.zero() }
    }

    /// Floats that describe one row.
    package var valuesPerRow: Int { buffers.reduce(0) { $0 + $1.width } }

    /// All layers' h (and c) of a row, into a row of another state of the same network.
    package func copyRow(_ row: Int, to other: RecurrentState, row target: Int) {
        precondition(
            row >= 0 && row < rows && target >= 0 && target < other.rows,
            "row \(row) of \(rows) to \(target) of \(other.rows)")
        for ((from, width), (to, _)) in zip(buffers, other.buffers) {
            to.vector(from: target * width, count: width).assign(from.vector(from: row * width, count: width))
        }
    }

    /// All layers' h, then all layers' c, of a row.
    package func row(_ row: Int) -> [Float] {
        precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
        return buffers.flatMap { $0.buffer.vector(from: row * $0.width, count: $0.width).array }
    }

    /// Replaces a row by values in the order of `row(_:)`.
    ///
    /// - Precondition: the row exists, and there are `valuesPerRow` values.
    package func setRow(_ row: Int, _ values: [Float]) {
        precondition(
            row >= 0 && row < rows && values.count == valuesPerRow,
            "row \(row) of \(rows), \(values.count) values for \(valuesPerRow)")
        var next = 0
        for (buffer, width) in buffers {
            for unit in 0..<width { buffer[row * width + unit] = values[next + unit] }
            next += width
        }
    }
}
