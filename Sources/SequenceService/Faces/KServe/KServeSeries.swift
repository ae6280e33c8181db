import JSON
import SequenceModels
import SeriesTime

/// One of the `inputs` of a request.
struct KServeSeries: Sendable {
    /// How many values a step has.
    enum Kind: String, CaseIterable, Sendable {
        /// One: a list of numbers.
        case univariate = "univariate_time_series"
        /// Several, or one in a list: a list by step of lists by variable.
        case multivariate = "multivariate_time_series"
    }

    /// What comes back with the forecast.
    struct Heading: Sendable {
        let kind: Kind
        let name: String
        let frequency: KServeFrequency
    }

    private static let optionalMembers = ["start_timestamp"]
    private static let requiredMembers = ["type", "name", "series", "frequency"]

    let heading: Heading
    private let pointer: String
    private let values: JSONValue
    private let start: String?

    /// - Returns: nil after noting at least one fault.
    static func read(_ reader: JSONReader) -> KServeSeries? {
        let kind = reader.choice("type", as: Kind.self, required: true)
        let name = reader.string("name", required: true, sizeBytesMax: ModelLimits.nameSizeBytesMax)
        let values = reader.value("series", required: true)
        let frequency = frequency(reader)
        let start = reader.string("start_timestamp", sizeBytesMax: ModelLimits.nameSizeBytesMax)
        reader.refuseSlips(of: optionalMembers, besides: requiredMembers)
        guard let kind, let name, let values, let frequency else { return nil }
        let series = KServeSeries(
            heading: Heading(kind: kind, name: name, frequency: frequency), pointer: reader.pointer, values: values,
            start: start)
        if let fault = series.shapeFault { reader.fault("series", fault) }
        return series
    }

    private static func frequency(_ reader: JSONReader) -> KServeFrequency? {
        guard let word = reader.string("frequency", required: true, sizeBytesMax: ModelLimits.nameSizeBytesMax) else {
            return nil
        }
        do throws(TimeError) { return try KServeFrequency(word) } catch {
            reader.fault("frequency", "expected one of \(KServeFrequency.words), or such as 15min: \(error)")
            return nil
        }
    }

    /// What is wrong with lists where numbers should be, or the other way round.
    private var shapeFault: String? {
        let isNested = values.elements?.first { !$0.isNull }?.elements != nil
        switch heading.kind {
        case .univariate: return isNested ? "a univariate series is a list of numbers, found lists in it" : nil
        case .multivariate:
            let isEmpty = values.elements?.allSatisfy(\.isNull) ?? false
            return isNested || isEmpty ? nil : "a multivariate series is a list of lists, one for each step"
        }
    }

    /// The series for a model that is not known yet.
    ///
    /// - Parameter options: of the request.
    func input(_ options: RequestedOptions<PredictionOptions>) -> PredictionInput {
        let members = SeriesMembers(["target": "series", "start": "start_timestamp"])
        return PredictionInput(pointer: pointer, members: members) { form throws(Faults) in
            guard let forecast = form.forecast else {
                throw Faults(list: [
                    Fault(pointer: "/model", detail: "is a model of \(form.task.rawValue), which forecasts nothing")
                ])
            }
            var content = PredictionInput.Content(sequence: try sequence(), record: record)
            content.options = try self.options(options, forecast)
            return content
        }
    }

    private func sequence() throws(Faults) -> SequenceValue? {
        let faults = JSONReader(JSONObject())
        let reader = SequenceReader(numbersAreSymbols: false, numbersAreNeeded: true, faults: faults)
        let sequence = reader.read(values, at: pointer + "/series")
        try faults.check()
        return sequence
    }

    private var record: SeriesRecord {
        var record = SeriesRecord()
        record.id = heading.name
        record.times = start.map { .start(.text($0)) }
        return record
    }

    /// The frequency is asked for where the model has none and it has a meaning.
    private func options(_ options: RequestedOptions<PredictionOptions>, _ forecast: EffectiveSettings.Forecast)
        throws(Faults) -> RequestedOptions<PredictionOptions>
    {
        guard let trained = forecast.frequency.flatMap({ try? Frequency($0) }) else {
            var request = PredictionRequest(options: options)
            if start != nil { request.frequency = heading.frequency.frequency.description }
            return request.options
        }
        guard heading.frequency.fits(trained) else {
            throw Faults(list: [
                Fault(
                    pointer: pointer + "/frequency",
                    detail: "the steps of the model are \(trained), not \"\(heading.frequency.word)\"")
            ])
        }
        return options
    }
}
