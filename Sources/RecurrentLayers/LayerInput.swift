import Kernels

/// What a layer reads of R rows.
enum LayerInput {
    /// `[R, I]`
    case rows(Matrix)
    /// `[R]` symbols, with what the layer makes of each.
    case symbols(Symbols, InputTable)

    /// `count` rows of what is read from row `first` on.
    func rows(from first: Int, count: Int) -> LayerInput {
        switch self {
        case .rows(let x): .rows(x.rows(from: first, count: count))
        case .symbols(let symbols, let table): .symbols(symbols.elements(from: first, count: count), table)
        }
    }
}
