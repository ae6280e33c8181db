package import SeriesTime

/// What the network of a forecaster reads beside the values of its series, and what clients call all of it.
package struct ForecastInputs: Codable, Sendable, Equatable {
    /// From one step to the next, as `Frequency` writes itself; nil where times are not known.
    package var frequency: String?
    /// The zone of the calendar, as `Zone` names itself; nil where clocks have none.
    package var zone: String?
    /// Names of all channels of a series, in their order; nil where they have none.
    package var channels: [String]?
    /// Names of those that are forecast, C of them; nil where channels have none.
    package var targets: [String]?
    /// Steps behind which other values lie that are inputs, beside those of the season.
    package var lags: [Int] = []
    /// What calendar and clock say.
    package var calendar: [CalendarFeature] = []
    /// Steps of the oldest series of the training, where the steps since the begin of a series are an input.
    package var ageSteps: Int?
    /// Known of the steps to come.
    package var future: [CovariateFacts] = []
    /// Known up to now.
    package var past: [CovariateFacts] = []
    /// Of whole series.
    package var fixed: [CovariateFacts] = []
    /// What series are like of which nothing is known yet; nil where only one was learned from.
    package var cold: [ColdProfile]?

    /// Nothing.
    package init() {}

    enum CodingKeys: String, CodingKey {
        case frequency, zone, channels, targets, lags, calendar, future, past
        case ageSteps = "age_steps"
        case fixed = "static"
        case cold = "cold_start"
    }

    /// Whether the model knows nothing but values in their order, as all did before there were times and names.
    var isEmpty: Bool { self == ForecastInputs() }

    /// Whether the network reads anything that depends on the time.
    var needsTimes: Bool { !calendar.isEmpty }

    /// Whether the network knows more of the steps to come than the values before them tell.
    var isInformed: Bool { !future.isEmpty || !past.isEmpty || !calendar.isEmpty }

    /// All covariates.
    var covariates: [CovariateFacts] { future + past + fixed }

    /// What a client calls its inputs.
    ///
    /// - Throws: `TimeError` for a frequency or a zone that is none here.
    package func names() throws(TimeError) -> SeriesNames {
        var frequency: Frequency?, zone: Zone?
        if let text = self.frequency { frequency = try Frequency(text) }
        if let text = self.zone { zone = try Zone(name: text) }
        return SeriesNames(
            frequency: frequency, zone: zone, channels: channels, targets: targets, future: future.map(\.name),
            past: past.map(\.name), fixed: fixed.map(\.name), kinds: kinds)
    }

    /// Of which kind each covariate is of which anything was known.
    private var kinds: [String: SeriesNames.Kind] {
        let known = covariates.filter { $0.categories != nil || $0.scale != nil }
        return Dictionary(known.map { ($0.name, $0.categories == nil ? .numbers : .categories) }) { first, _ in first }
    }
}

extension CalendarFeature: Codable {
    /// Sines and cosines of so many harmonics tell its values apart: as many as a week has days, fewer of what changes
    /// smoothly.
    var harmonics: Int {
        switch self {
        case .minuteOfHour, .dayOfMonth, .quarterOfYear: 1
        case .dayOfYear, .weekOfYear: 2
        case .hourOfDay, .dayOfWeek, .monthOfYear: 3
        }
    }

    /// In words.
    var text: String {
        switch self {
        case .minuteOfHour: "minute"
        case .hourOfDay: "hour"
        case .dayOfWeek: "day of the week"
        case .dayOfMonth: "day of the month"
        case .dayOfYear: "day of the year"
        case .weekOfYear: "week of the year"
        case .monthOfYear: "month"
        case .quarterOfYear: "quarter"
        }
    }
}
