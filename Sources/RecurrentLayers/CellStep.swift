/// Where one time step of R rows reads and writes its states.
struct CellStep {
    /// R.
    let rows: Int
    /// Row of the activations at which the step starts: t·B in a window.
    let first: Int
    /// `[R]`, or nil when each row is real.
    let mask: UnsafePointer<Float>?
    /// h_{t-1} and h_t, `[R, S]` in rows of `width` floats; the same where the state is replaced in place.
    let previous: UnsafePointer<Float>
    let current: UnsafeMutablePointer<Float>
    let width: Int
    /// c_{t-1} and c_t, `[R, H]`, of an LSTM; likewise.
    let cellPrevious: UnsafePointer<Float>
    let cell: UnsafeMutablePointer<Float>

    /// Some of the rows; `cells` is H.
    func rows(_ range: Range<Int>, cells: Int) -> CellStep {
        let start = range.lowerBound
        return CellStep(
            rows: range.count, first: first + start, mask: mask.map { $0 + start }, previous: previous + start * width,
            current: current + start * width, width: width, cellPrevious: cellPrevious + start * cells,
            cell: cell + start * cells)
    }

    /// Whether a row carries its state over.
    func isMasked(_ row: Int) -> Bool { mask.map { $0[row] == 0 } ?? false }
}
