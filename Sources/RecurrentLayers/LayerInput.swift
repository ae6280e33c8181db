/// What a layer reads of R rows.
enum LayerInput {
    /// `[R, I]`
    case rows(UnsafePointer<Float>)
    /// `[R]` symbols, with what the layer makes of each.
    case symbols(UnsafePointer<Int32>, InputTable)

    /// What is read from the row `row` on; a row of numbers has `width` of them.
    func advanced(by row: Int, width: Int) -> LayerInput {
        switch self {
        case .rows(let x): .rows(x + row * width)
        case .symbols(let symbols, let table): .symbols(symbols + row, table)
        }
    }
}
