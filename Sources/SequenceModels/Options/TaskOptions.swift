package import SeriesTime

extension ForecastDistribution: OptionValue {}
extension SeriesScalingKind: OptionValue {}
extension ForecastDecoding: OptionValue {}
extension MergeRule: OptionValue {}

/// `forecast`: options of the task of that name.
package final class ForecastOptions: OptionGroup {
    package static let rows = ForecastOptions()
    package static let members = membersOfRows()

    package let horizon = Option<Int>(
        "horizon", .whole(1...ModelLimits.horizonMax), default: .chosen(1, "a season, or an eighth of the series"),
        onFrom: .unlessGiven, "Steps to forecast.")
    package let seasonality = Option<Int>(
        "seasonality", .whole(1...ModelLimits.seasonalityMax),
        default: .chosen(1, "found by what it explains of other cycles"),
        onFrom: .shape, "Steps of a season; 1 means none.")
    package let distribution = Option<ForecastDistribution>(
        "distribution", default: .fixed(.studentT), onFrom: .shape, "What is learned about the next value.")
    package let quantiles = ConditionalOption<[Double]>(
        "quantiles", .levels(countMin: 2), default: .chosen("0.1 to 0.9"), onFrom: .shape,
        "Levels that the distribution quantile learns.")
    package let scaling = Option<SeriesScalingKind>(
        "scaling", default: .chosen(.standard, "mean of counts, log where swings grow with the level, else standard"),
        onFrom: .shape, "How each series is brought to a common scale.")
    package let decoding = ConditionalOption<ForecastDecoding>(
        "decoding",
        default: .chosen(
            "best; recursive with a Transformer, beyond \(DirectDecoding.stepsMax) steps of horizon, and with less "
                + "than four horizons to learn from"),
        onFrom: .shape,
        "Whether all steps are answered from the history, or each from those drawn before it; best learns both and "
            + "uses what did better on what was held back.")
    package let frequency = ConditionalOption<String>(
        "frequency", .text(sizeBytesMax: ModelLimits.nameSizeBytesMax), default: .chosen("that of the timestamps"),
        onFrom: .shape, "From one step to the next: 15min, h, D, B, W-SUN, MS, QS, YS; or P1M, PT15M.")
    package let zone = ConditionalOption<String>(
        "zone", .text(sizeBytesMax: ModelLimits.nameSizeBytesMax), default: .chosen("that of the timestamps"),
        onFrom: .shape, "The time zone of the calendar, and of timestamps without an offset: Europe/Berlin.")
    package let merge = ConditionalOption<MergeRule>(
        "merge", default: .absent, "What becomes of several values of one time; without it they are refused.")
    package let resample = ConditionalOption<Bool>(
        "resample", default: .fixed(false), off: false,
        "Timestamps may lie between the steps, and count to the one in whose period they lie; by their mean, unless "
            + "merge says otherwise.")
    package let minimum = ConditionalOption<Double>(
        "minimum", .number(NumberRange(-ModelLimits.valueMax, ModelLimits.valueMax)), onFrom: .unlessGiven,
        "No value is less, and no answer will be; where all values are 0 or more, answers are so without it.")
    package let maximum = ConditionalOption<Double>(
        "maximum", .number(NumberRange(-ModelLimits.valueMax, ModelLimits.valueMax)), onFrom: .unlessGiven,
        "No value is greater, and no answer will be.")
    package let channels = ConditionalOption<[String]>(
        "channels", .texts(countMax: ModelLimits.channelsMax, sizeBytesMax: ModelLimits.nameSizeBytesMax),
        onFrom: .unlessGiven, "Names of the channels, where the values of a step are a list.")
    package let targets = ConditionalOption<[String]>(
        "targets", .texts(countMax: ModelLimits.channelsMax, sizeBytesMax: ModelLimits.nameSizeBytesMax),
        default: .chosen("all channels"), onFrom: .shape,
        "Names of the channels to forecast; the others are inputs that are known up to now.")
    package let calendar = ConditionalOption<Bool>(
        "calendar", default: .chosen("true where times are known and the series long enough"), onFrom: .shape,
        "Hour, weekday and the like are inputs, as far as they vary with the frequency.")
    package let age = ConditionalOption<Bool>(
        "age", default: .chosen("true for ten series and more whose times are known"), onFrom: .shape,
        "The steps since the beginning of a series are an input.")
    package let lags = ConditionalOption<[Int]>(
        "lags", .wholes(2...ModelLimits.lagMax, countMax: ModelLimits.lagsMax),
        default: .chosen("the other seasons of the frequency"), onFrom: .shape,
        "Values so many steps ago are inputs, beside those of the season.")
}

/// `pointer`: options of the task of that name.
package final class PointerOptions: OptionGroup {
    package static let rows = PointerOptions()
    package static let members = membersOfRows()

    package let once = Option<Bool>(
        "once", default: .chosen(false, "whether no target points at an item twice"), onFrom: .learned,
        "Whether an item can be pointed at once only.")
}
