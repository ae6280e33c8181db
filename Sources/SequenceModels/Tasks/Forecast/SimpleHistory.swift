import Kernels

/// How simple forecasts did from origins all over a history: they learn from nothing else, so all of it is unseen.
///
/// Where a horizon is long, what is held back holds one forecast or two, and any method may have been the lucky one;
/// the history holds many.
package struct SimpleHistory {
    /// Mean absolute error by method and origin, in units of the series, in the order of the origins.
    private let errors: [SimpleForecast: [Double]]

    /// Origins of all series together, and steps to come behind each, as a share of the horizon.
    private static let originsMax = 32, reachMin = 0.5

    /// - Parameters:
    ///   - columns: values of one channel of one series each, NaN missing, as far as they may be looked at.
    ///   - methods: to be compared.
    ///   - season: S of the simple forecasts; 1 for none.
    ///   - horizon: steps of a forecast.
    package init(_ columns: [[Double]], _ methods: [SimpleForecast], season: Int, horizon: Int) {
        var errors: [SimpleForecast: [Double]] = [:]
        let first = max(4, 2 * season), reach = max(1, Int((Self.reachMin * Double(horizon)).rounded(.up)))
        for column in columns where column.count >= first + reach {
            let room = column.count - first - reach
            let count = min(max(1, Self.originsMax / columns.count), room + 1)
            for place in 0..<count {
                let origin = first + (count > 1 ? room * place / (count - 1) : room)
                let past = Array(column[..<origin]), ahead = Array(column[origin...].prefix(horizon))
                let unit = NaiveForecast.error(past, lag: season)
                guard unit > 0, !past.allSatisfy(\.isNaN), !ahead.allSatisfy(\.isNaN) else { continue }
                for method in methods {
                    let error = Self.error(method.line(past, season: season), ahead)
                    errors[method, default: []].append(error / unit)
                }
            }
        }
        self.errors = errors
    }

    private static func error(_ line: LineForecast, _ values: [Double]) -> Double {
        let errors = values.enumerated().map { abs($1 - line.value($0)) }.filter { !$0.isNaN }
        return mean(errors)
    }

    /// Those that were worse than the best by more than chance, at an error of the first kind of 2.5 %.
    ///
    /// Errors are compared by their ratios (Diebold & Mariano 1995, with logarithms as the loss): a line through the
    /// first values of a series is now and then so far off that no mean would tell it from the others.
    package var outdone: Set<SimpleForecast> {
        let logs = logarithms
        let order = logs.keys.sorted { (Self.mean(logs[$0]), $0.rawValue) < (Self.mean(logs[$1]), $1.rawValue) }
        guard let best = order.first.flatMap({ logs[$0] }), best.count >= Self.originsMin else { return [] }
        return Set(order.dropFirst().filter { Self.isAbove(zip(logs[$0] ?? [], best).map { $0 - $1 }) })
    }

    /// Fewer origins tell nothing.
    private static let originsMin = 4
    /// An error that small beside the largest decides nothing alone.
    private static let shareMin = 1e-3

    private var logarithms: [SimpleForecast: [Double]] {
        let most = errors.values.joined().max() ?? 0
        guard most > 0, most.isFinite else { return [:] }
        return errors.mapValues { $0.map { PortableMath.log(max($0, Self.shareMin * most)) } }
    }

    private static func mean(_ values: [Double]?) -> Double {
        guard let values, !values.isEmpty else { return 0 }
        return values.reduce(0, +) / Double(values.count)
    }

    /// Whether the mean of neighbours that may be alike is above 0 by more than chance.
    private static func isAbove(_ differences: [Double]) -> Bool {
        let mean = mean(differences)
        guard
            let comparison = Comparison(
                model: differences.map { 1 - $0 }, other: differences.map { _ in 1 }, areOrdered: true)
        else { return false }
        return mean > 0 && comparison.isSignificant
    }
}

extension ForecastData {
    /// Of every channel of the series that are measured, the values before those that are held back; NaN missing.
    var knownColumns: [[Double]] {
        validation.flatMap { item in
            (0..<channels).map { channel in
                stride(from: channel, to: item.first * channels, by: channels).map { item.values[$0] }
            }
        }
    }
}
