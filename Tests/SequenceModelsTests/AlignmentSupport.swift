import SeriesTime

import SequenceModels

/// Series with records, as a client would send them.
enum Records {
    static func stamps(_ texts: [String]) -> SeriesTimes { .stamps(texts.map { .text($0) }) }

    /// Days of January 2026, of which the 1st is a Thursday.
    static func days(_ days: [Int]) -> SeriesTimes { stamps(days.map { "2026-01-" + ($0 < 10 ? "0" : "") + "\($0)" }) }

    static func numbers(_ name: String, _ values: [Double], in member: String = "future") -> Covariate {
        Covariate(name: name, values: .numbers(values), place: "/\(member)/\(name)")
    }

    static func categories(_ name: String, _ values: [String?], in member: String = "future") -> Covariate {
        Covariate(name: name, values: .categories(values), place: "/\(member)/\(name)")
    }

    static func fixed(_ name: String, _ value: StaticCovariate.Value) -> StaticCovariate {
        StaticCovariate(name: name, value: value, place: "/static/\(name)")
    }

    static func example(
        _ values: [Double], channels: Int = 1, _ change: (inout SeriesRecord) -> Void = { _ in }
    ) -> TrainingExample {
        var example = TrainingExample(input: .numeric(NumericSeries(values: values, channels: channels)), target: nil)
        var record = SeriesRecord()
        change(&record)
        example.record = record
        return example
    }

    static func training(
        _ examples: [TrainingExample], _ change: (inout ForecastRequest) -> Void = { _ in }
    ) throws(Faults) -> (series: [AlignedSeries], frequency: Frequency?, zone: Zone?) {
        var request = ForecastRequest()
        change(&request)
        return try SeriesAlignment.training(examples, request, under: "/sequences")
    }

    /// Every fault of a training, one a line.
    static func trainingFaults(
        _ examples: [TrainingExample], _ change: (inout ForecastRequest) -> Void = { _ in }
    ) -> [String] {
        do throws(Faults) {
            _ = try training(examples, change)
            return []
        } catch {
            return error.list.map { "\($0.pointer): \($0.detail)" }
        }
    }

    static func prediction(
        _ values: [Double], channels: Int = 1, horizon: Int = 2, _ model: SeriesNames = SeriesNames(),
        _ change: (inout SeriesRecord) -> Void = { _ in }, options: (inout PredictionRequest) -> Void = { _ in }
    ) throws(Faults) -> AlignedSeries {
        var record = SeriesRecord(), request = PredictionRequest()
        change(&record)
        options(&request)
        return try SeriesAlignment.prediction(
            NumericSeries(values: values, channels: channels), record, horizon: horizon, options: request, model: model)
    }

    /// Every fault of a prediction, one a line.
    static func predictionFaults(
        _ values: [Double], channels: Int = 1, horizon: Int = 2, _ model: SeriesNames = SeriesNames(),
        _ change: (inout SeriesRecord) -> Void = { _ in }, options: (inout PredictionRequest) -> Void = { _ in }
    ) -> [String] {
        do throws(Faults) {
            _ = try prediction(values, channels: channels, horizon: horizon, model, change, options: options)
            return []
        } catch {
            return error.list.map { "\($0.pointer): \($0.detail)" }
        }
    }

    /// The times of steps as they would be answered.
    static func times(_ series: AlignedSeries, _ steps: Range<Int>) throws -> [String] {
        guard let clock = series.clock else { return [] }
        return try clock.axis.stamps(from: steps.lowerBound, count: steps.count).map {
            clock.style.value($0, clock.axis.zone).description
        }
    }

    /// Missing values as -1, so that lists compare.
    static func shown(_ values: [Double]) -> [Double] { values.map { $0.isNaN ? -1 : $0 } }
}
