/// Which parts of a forecast are kept for a whole answer.
struct ForecastKeeping: Sendable {
    /// Mean and quantiles.
    var answer: Bool
    var samples: Bool
    /// Whether it matters which sample has which value of a step.
    var arePaths = true
}
