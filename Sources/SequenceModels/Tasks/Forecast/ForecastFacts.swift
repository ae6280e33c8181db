import RecurrentLayers
import SeriesTime

/// How a series becomes inputs and how outputs become values; learned from the training part.
package struct ForecastFacts: Codable, Sendable, Equatable {
    /// Steps of one forecast in training, and unless a request says otherwise.
    package var horizon: Int
    /// S, steps of a season; 1 means none.
    package var seasonality: Int
    /// How each series is brought to a common scale.
    package var scaling: SeriesScalingKind
    /// Whether inputs carry an indicator of missing values.
    package var indicators: Bool
    /// Steps of history the network reads before it predicts.
    package var context: Int
    /// Scale of a change, or with smoothing of its errors, by channel: relative to the level of the series, or absolute
    /// on logarithms. For short histories.
    package var pooledScale: [Double]
    /// Level and seasons that answers are distances from; absent where those are from a value of the past.
    package var smoothing: ForecastSmoothing?
    /// What was learned of steps beyond the next one; absent where the model knows only how to go on step by step.
    package var direct: DirectDecoding?
    /// Mean (seasonal) change by channel, in the same units.
    package var pooledDrift: [Double]
    /// Mean detrended value by phase `[S][C]`, in units of scale; finds the phase a history begins at. Empty without a
    /// season.
    package var profile: [[Double]]
    /// Whether the values are counts, which are modelled as they are and not by their changes; absent means no.
    package var isCount: Bool?
    /// Whether values without a logarithm count as missing, and others than counts are read, as where neither was asked
    /// for; absent means that they are refused.
    package var leavesOut: Bool?
    /// Whether the mean leaves the outermost paths no say; absent means no.
    package var isRobust: Bool?
    /// No answer is less; absent where only `combination` has such a bound.
    package var minimum: Double?
    /// No answer is greater; absent for no bound.
    package var maximum: Double?
    /// How answers are made of the network's and simple forecasts; absent means of the network's alone.
    package var combination: ForecastCombination?
    /// How surprising values were that were not learned; absent where that was not measured.
    package var surprise: SurpriseFacts?
    /// What the network reads beside the values, and what clients call it; nil where that is nothing, as of models
    /// made before there was any.
    package var inputs: ForecastInputs?

    enum CodingKeys: String, CodingKey {
        case horizon, seasonality, scaling, indicators, context, profile, inputs, combination, smoothing, direct
        case minimum, maximum, surprise
        case pooledScale = "pooled_scale"
        case pooledDrift = "pooled_drift"
        case isCount = "is_count"
        case leavesOut = "leaves_out"
        case isRobust = "is_robust"
    }
}

extension ForecastFacts {
    /// Between which all answers lie.
    var limits: ValueLimits { ValueLimits(minimum: minimum, maximum: maximum) }

    /// Whether forecasts within what was learned answer all steps from the history.
    var decodes: Bool { direct != nil && combination?.isRecursive != true }

    /// S of simple forecasts: what was found, otherwise the shortest that the frequency has; 1 for none.
    var baselineSeason: Int {
        if seasonality > 1 { return seasonality }
        let named = inputs?.frequency.flatMap { try? Frequency($0) }?.seasons.first
        return named.map { Int($0.rounded()) } ?? 1
    }

    /// What the network of such a forecaster reads of a step.
    func networkInput(channels: Int) -> NetworkSettings.Input {
        let path = PathShape(self, channels: channels).width
        return inputs.map { StepLayout($0).networkInput(path: path) } ?? .numeric(channels: path)
    }
}
