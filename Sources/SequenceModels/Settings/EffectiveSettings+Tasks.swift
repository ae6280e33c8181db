extension EffectiveSettings.Forecast {
    /// - Parameter quantiles: levels that are learned, ascending; only with the distribution `quantile`.
    init(
        horizon: Int, seasonality: Int, distribution: ForecastDistribution, quantiles: [Double]?,
        scaling: SeriesScalingKind
    ) {
        self.init()
        self.horizon = horizon
        self.seasonality = seasonality
        self.distribution = distribution
        self.quantiles = quantiles
        self.scaling = scaling
    }
}

extension EffectiveSettings.Pointer {
    init(once: Bool) {
        self.init()
        self.once = once
    }
}
