package import SeriesTime

/// What is said of a series beside the values of its channels: whose it is, when its steps are, and what else is known.
/// As a client sent it: nothing of it is placed in time yet (`SeriesAlignment`).
package struct SeriesRecord: Sendable, Equatable {
    /// Whose series it is, as a client calls it.
    package var id: String?
    /// Names of the channels of the values, C of them; nil where they have none.
    package var channels: [String]?
    /// When the steps are; nil where that is not said.
    package var times: SeriesTimes?
    /// What is known of the steps, at prediction of those to come, too.
    package var future: [Covariate] = []
    /// What is known of the steps up to now.
    package var past: [Covariate] = []
    /// What is known of the whole series.
    package var fixed: [StaticCovariate] = []

    /// Nothing is said yet.
    package init() {}

    /// Whether nothing is said.
    package var isEmpty: Bool { self == SeriesRecord() }

    /// Where the first thing that is said stands in the record, as a JSON Pointer.
    var firstPlace: String {
        if id != nil { return "/id" }
        switch times {
        case .start?: return "/start"
        case .stamps?: return "/timestamps"
        case nil: break
        }
        return (future + past).first?.place ?? fixed.first?.place ?? "/target"
    }
}

/// When the steps of a series are.
package enum SeriesTimes: Sendable, Equatable {
    /// That of the first step; the others follow at a frequency.
    case start(TimestampValue)
    /// One for each step, or for each step and each of the `future` behind the last.
    case stamps([TimestampValue])
}

/// A series beside the one that is forecast, by its name: a price, a temperature, whether a shop is open.
package struct Covariate: Sendable, Equatable {
    /// As a client calls it.
    package var name: String
    /// By step.
    package var values: CovariateValues
    /// Where it stands in its record, as a JSON Pointer: `/future/price`.
    package var place: String

    /// A covariate by its name.
    package init(name: String, values: CovariateValues, place: String) {
        self.name = name
        self.values = values
        self.place = place
    }
}

/// The values of a covariate by step.
package enum CovariateValues: Sendable, Equatable {
    /// NaN where unknown.
    case numbers([Double])
    /// nil where unknown.
    case categories([String?])

    /// Steps.
    package var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .categories(let values): values.count
        }
    }

    /// NaN is equal to itself.
    package static func == (a: CovariateValues, b: CovariateValues) -> Bool {
        switch (a, b) {
        case (.numbers(let a), .numbers(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
        case (.categories(let a), .categories(let b)): a == b
        default: false
        }
    }
}

/// A value that holds for all steps of a series.
package struct StaticCovariate: Sendable, Equatable {
    /// What it is.
    package enum Value: Sendable, Equatable {
        case number(Double)
        case category(String)
        /// It is not known.
        case missing
    }

    /// As a client calls it.
    package var name: String
    /// For all steps.
    package var value: Value
    /// Where it stands in its record, as a JSON Pointer: `/static/region`.
    package var place: String

    /// A covariate by its name.
    package init(name: String, value: Value, place: String) {
        self.name = name
        self.value = value
        self.place = place
    }
}
