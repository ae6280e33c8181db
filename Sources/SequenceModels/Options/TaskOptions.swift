extension ForecastDistribution: OptionValue {}
extension SeriesScalingKind: OptionValue {}

/// `forecast`: options of the task of that name.
package final class ForecastOptions: OptionGroup {
    package static let rows = ForecastOptions()
    package static let members = membersOfRows()

    package let horizon = Option<Int>(
        "horizon", .whole(1...ModelLimits.horizonMax), default: .chosen(1, "a season, or an eighth of the series"),
        onFrom: .unlessGiven, "Steps to forecast.")
    package let seasonality = Option<Int>(
        "seasonality", .whole(1...ModelLimits.seasonalityMax), default: .chosen(1, "found by autocorrelation"),
        onFrom: .shape, "Steps of a season; 1 means none.")
    package let distribution = Option<ForecastDistribution>(
        "distribution", default: .fixed(.studentT), onFrom: .shape, "What is learned about the next value.")
    package let quantiles = ConditionalOption<[Double]>(
        "quantiles", .levels(countMin: 2), default: .chosen("0.1 to 0.9"), onFrom: .shape,
        "Levels that the distribution quantile learns.")
    package let scaling = Option<SeriesScalingKind>(
        "scaling", default: .chosen(.standard, "mean of counts, log where swings grow with the level, else standard"),
        onFrom: .shape, "How each series is brought to a common scale.")
}

/// `pointer`: options of the task of that name.
package final class PointerOptions: OptionGroup {
    package static let rows = PointerOptions()
    package static let members = membersOfRows()

    package let once = Option<Bool>(
        "once", default: .chosen(false, "whether no target points at an item twice"), onFrom: .learned,
        "Whether an item can be pointed at once only.")
}
