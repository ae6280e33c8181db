/// What is known of a covariate: its name, and what its values are.
package struct CovariateFacts: Codable, Sendable, Equatable {
    /// Of numbers, what brings them to a common scale.
    package struct Scale: Codable, Sendable, Equatable {
        /// Over all series of the training.
        package var mean: Double
        /// Positive; over all series, or of one series about its own mean.
        package var deviation: Double
        /// Whether series differ by more than their values do, so that each is measured about its own mean.
        package var bySeries: Bool

        enum CodingKeys: String, CodingKey {
            case mean, deviation
            case bySeries = "by_series"
        }
    }

    /// As clients call it.
    package var name: String
    /// Of numbers; nil for categories.
    package var scale: Scale?
    /// Of categories, in the order of their indices, which begin at 1: 0 is an unknown one; nil for numbers.
    package var categories: [String]?
}

extension CovariateFacts {
    /// Categories of one covariate that are told apart: the most frequent ones.
    static let categoriesMax = 10_000

    /// Learned from a covariate of all series.
    ///
    /// - Parameter series: its values, by series.
    package init(name: String, _ series: [CovariateValues]) {
        self.name = name
        if series.contains(where: { if case .categories = $0 { true } else { false } }) {
            categories = Self.frequent(series)
        } else {
            scale = Scale(series)
        }
    }

    /// Those seen, the most frequent first where there are too many, else by name.
    private static func frequent(_ series: [CovariateValues]) -> [String] {
        var counts: [String: Int] = [:]
        for case .categories(let values) in series {
            for case let value? in values { counts[value, default: 0] += 1 }
        }
        guard counts.count > categoriesMax else { return counts.keys.sorted() }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(categoriesMax).map(\.key).sorted()
    }

    /// V of its embedding: its categories and the unknown one; nil for numbers.
    var tableRows: Int? { categories.map { $0.count + 1 } }

    /// In words: `price`, `promo (3 categories)`.
    var text: String { categories.map { "\(name) (\($0.count) categories)" } ?? name }
}

extension CovariateFacts.Scale {
    /// Measured over the values that are there; a constant has deviation 1.
    init(_ series: [CovariateValues]) {
        var all = Moments(), within = 0.0
        for case .numbers(let values) in series {
            let own = Moments(values)
            all.add(own)
            within += own.squares
        }
        let count = max(1, all.count)
        // Variance within the series against that of all values: less than a quarter, and the level of a series
        // would drown what happens in it.
        bySeries = series.count > 1 && within < 0.25 * all.squares && within > 1e-18 * all.squares
        mean = all.mean
        let variance = (bySeries ? within : all.squares) / count
        deviation = variance > 1e-24 * max(1, mean * mean) ? variance.squareRoot() : 1
    }

    /// The same for one series: about its own mean and in its own deviation, leaning on those of all while it has few
    /// values.
    func own(_ values: ArraySlice<Double>) -> CovariateFacts.Scale {
        guard bySeries else { return self }
        let own = Moments(values)
        let weight = own.count / (own.count + 8)
        let variance = own.count > 0 ? own.squares / own.count : 0
        var scale = self
        scale.mean = weight * own.mean + (1 - weight) * mean
        scale.deviation = (weight * variance + (1 - weight) * deviation * deviation).squareRoot()
        return scale
    }

    /// Within ±8.
    func scaled(_ value: Double) -> Double { max(-8, min(8, (value - mean) / deviation)) }
}

/// Number, mean and sum of squares about the mean of values, NaN left out; two of them can be joined (Chan, Golub &
/// LeVeque 1983).
private struct Moments {
    private(set) var count = 0.0
    private(set) var mean = 0.0
    private(set) var squares = 0.0

    init() {}

    init(_ values: some Sequence<Double>) {
        for value in values where !value.isNaN {
            count += 1
            let distance = value - mean
            mean += distance / count
            squares += distance * (value - mean)
        }
    }

    mutating func add(_ other: Moments) {
        guard other.count > 0 else { return }
        let sum = count + other.count, distance = other.mean - mean
        squares += other.squares + distance * distance * count * other.count / sum
        mean += distance * other.count / sum
        count = sum
    }
}
