/// What a layer reads of R rows.
enum LayerInput {
    /// `[R, I]`
    case rows(UnsafePointer<Float>)
    /// `[R]` symbols, with what the layer makes of each.
    case symbols(UnsafePointer<Int32>, InputTable)
}
