/// Targets of one shard's window, kept from `load` to `loss`; one thread at a time uses a shard.
final class ShardTargets {
    /// `[T, B]` (or `[B]`) classes, −1 where masked.
    var values: [Int32] = []
    /// `[T, B, C]` numbers, NaN where masked.
    var numbers: [Float] = []
    /// `[T, B, C]` counts, NaN where masked, and the scale of the series of each; of forecasts of counts only.
    var counts: [Double] = []
    var scales: [Double] = []
}
