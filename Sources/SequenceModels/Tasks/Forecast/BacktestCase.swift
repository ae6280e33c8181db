/// One forecast of a backtest: what the network and simple methods said, and what came.
package struct BacktestCase: Sendable {
    /// What was said of one value.
    package struct Point: Sendable {
        /// What came; NaN where that is not known.
        var target: Double
        /// Mean (seasonal) change of the series before the origin; 0 for none.
        var unit: Double
        /// The network's.
        var mean: Double
        /// The network's, ascending.
        var samples: [Double]
        /// Of each simple method, in the order of the backtest.
        var simple: [Double]
        /// What exponential smoothing said; nil where the model has none.
        package var smoothed: Double?
        /// The last values of the series before the origin, of the same phase where there is a season, the newest
        /// first; of counts only.
        var recent: [Double]

        /// One value.
        package init(
            target: Double, unit: Double, mean: Double, samples: [Double], simple: [Double], smoothed: Double? = nil,
            recent: [Double] = []
        ) {
            self.target = target
            self.unit = unit
            self.mean = mean
            self.samples = samples
            self.simple = simple
            self.smoothed = smoothed
            self.recent = recent
        }
    }

    /// Of the series that were given.
    var series: Int
    /// Cases of one group are not independent.
    var group: Int
    /// `[step][C]`
    package var points: [[Point]]
    /// The same where the network goes on from what it drew; nil where that was not measured beside direct decoding.
    package var recursive: [[Point]]?

    /// - Parameters: as the members say.
    package init(series: Int, group: Int, points: [[Point]]) {
        self.series = series
        self.group = group
        self.points = points
    }
}
