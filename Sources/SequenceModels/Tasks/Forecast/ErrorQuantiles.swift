/// How residuals lie about the outputs of a point head: their quantiles on data that it has not learned, in units of
/// the scale of their series.
package struct ErrorQuantiles: Codable, Sendable, Equatable {
    /// Ascending, at least two, each in (0, 1).
    package var levels: [Double]
    /// One for each, ascending.
    package var values: [Double]

    /// As the members say.
    package init(levels: [Double], values: [Double]) {
        self.levels = levels
        self.values = values
    }

    /// Levels that are kept where there are values enough beyond them.
    private static let levelsListed = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99]
    /// Values beyond the outermost levels, at least.
    private static let valuesBeyond = 2.0

    /// Of errors that were measured; nil of fewer than `SurpriseFacts.countMin`.
    init?(_ measured: [Double]) {
        guard measured.count >= SurpriseFacts.countMin else { return nil }
        let sorted = measured.sorted(), least = Self.valuesBeyond / Double(measured.count)
        levels = Self.levelsListed.filter { $0 >= least && $0 <= 1 - least }
        values = levels.map { Quantile.of(sorted: sorted, level: $0) }
    }

    func score(_ error: Double, unit: Double) -> ValueScore {
        QuantileFunction(levels: levels).score(error, values: values, unit: unit)
    }

    /// What is wrong with them from a file; nil for sound ones.
    var fault: String? {
        guard levels.count > 1, levels.count == values.count, levels.count <= ModelLimits.quantilesMax else {
            return "2 to \(ModelLimits.quantilesMax) levels and as many values are needed"
        }
        guard levels.allSatisfy({ $0 > 0 && $0 < 1 }), zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 }) else {
            return "the levels do not ascend between 0 and 1"
        }
        guard values.allSatisfy(\.isFinite), zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            return "the values do not ascend"
        }
        return nil
    }
}
