import JSON
import SequenceModels
import Tables

/// Members of the record of a series, and of what is sent in its place.
enum RecordMembers {
    /// All that a record may have.
    static let all = [
        "id", "item_id", "start", "timestamps", "target", "future", "past", "static", "cat", "feat_static_cat",
        "feat_static_real", "dynamic_feat", "feat_dynamic_real", "feat_dynamic_cat", "past_feat_dynamic_real",
    ]

    /// What other programs call them, by the word for it here.
    private static let foreign: [String: [String]] = [
        "timestamps": ["timestamp", "time", "times", "date", "dates", "datetime", "ds", "index"],
        "target": ["value", "values", "y", "series", "data"],
        "id": ["name", "unique_id", "series_id", "item"],
        "future": ["covariates", "future_covariates", "features", "exog", "exogenous", "regressors", "known"],
        "past": ["past_covariates", "observed"],
        "static": ["static_covariates", "static_features", "statics", "attributes"],
        "start": ["start_time", "start_date", "start_timestamp"],
    ]

    /// Faults for members of a record that belong elsewhere, or that have another name here.
    static func refuseStrangers(in reader: JSONReader, of place: SeriesRecordReader.Place) {
        for (key, value) in reader.source.members where !value.isNull && !all.contains(key) {
            if let detail = stranger(key, in: place) { refuse(key, detail, reader) }
        }
    }

    private static func stranger(_ key: String, in place: SeriesRecordReader.Place) -> String? {
        if let name = foreign.first(where: { $0.value.contains(key) })?.key { return "is called '\(name)' here" }
        let frequency = key == "freq" ? "frequency" : key
        switch place {
        case .training:
            guard names(ForecastOptions.members).contains(frequency) else { return nil }
            return "is an option of the whole training: {\"forecast\": {\"\(frequency)\": …}}"
        case .prediction:
            guard names(PredictionOptions.members).contains(frequency) else { return nil }
            return "stands beside the sequence: {\"sequence\": {…}, \"\(frequency)\": …}"
        }
    }

    /// Faults for members of a record that stand beside it.
    ///
    /// - Parameter example: the right place, as JSON.
    static func refuseBeside(_ reader: JSONReader, example: String) {
        for (key, value) in reader.source.members where !value.isNull && all.contains(key) {
            refuse(key, "belongs into the record of a series: \(example)", reader)
        }
    }

    /// Faults for what says something of a table where there is none.
    static func refuseTableMembers(_ reader: JSONReader) {
        let options = RecordsBody.options.map(\.rawValue)
        for name in options { reader.allow(name) }
        let names = options.filter { !all.contains($0) }
        for name in names + [RecordsBody.futureMember] where reader.has(name) {
            reader.fault(name, "says something of \"records\", and there are none")
        }
        reader.allow(RecordsBody.member)
    }

    /// Faults for options of a forecast that stand beside `forecast`.
    static func refuseForecastOptions(_ reader: JSONReader) {
        let own = names(ForecastOptions.members), others = names(SettingsOptions.members)
        for (key, value) in reader.source.members where !value.isNull && own.contains(key) && !others.contains(key) {
            refuse(key, "is an option of forecasts: {\"forecast\": {\"\(key)\": …}}", reader)
        }
    }

    private static func refuse(_ key: String, _ detail: String, _ reader: JSONReader) {
        reader.allow(key)
        reader.fault(key, detail)
    }

    private static func names(_ members: [OptionMember]) -> [String] { members.map(\.name) }
}
