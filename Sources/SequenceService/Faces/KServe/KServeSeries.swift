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

    private static let names = SeriesMembers(["target": "series", "start": "start_timestamp"])
    /// Members of our records that a series may have, too, by our names.
    static let covariates = ["future", "past", "static"]

    let heading: Heading
    private let pointer: String
    private let content: PredictionInput.Content
    private let hasStart: Bool

    /// - Returns: nil after noting at least one fault.
    static func read(_ reader: JSONReader) -> KServeSeries? {
        let kind = reader.choice("type", as: Kind.self, required: true)
        let name = reader.string("name", required: true, sizeBytesMax: ModelLimits.nameSizeBytesMax)
        let values = reader.value("series", required: true)
        let frequency = frequency(reader)
        let start = reader.string("start_timestamp", sizeBytesMax: ModelLimits.nameSizeBytesMax)
        reader.refuseSlips(of: ["start_timestamp"], besides: ["type", "name", "series", "frequency"] + covariates)
        guard let kind, let name, let values, let frequency else { return nil }
        if let fault = shapeFault(values, kind) { reader.fault("series", fault) }
        var record: JSONObject = ["target": values, "start": JSONValue(start)]
        for member in covariates {
            if let value = reader.source[member] { record.append(member, value) }
        }
        guard var content = content(record, reader) else { return nil }
        content.record = content.record ?? SeriesRecord()
        content.record?.id = name
        return KServeSeries(
            heading: Heading(kind: kind, name: name, frequency: frequency), pointer: reader.pointer, content: content,
            hasStart: start != nil)
    }

    /// What stands in a record of ours; nil after noting at least one fault, by the names of the request.
    private static func content(_ record: JSONObject, _ reader: JSONReader) -> PredictionInput.Content? {
        let own = JSONReader(record)
        let content = SeriesRecordReader(own, of: .prediction, numbersAreSymbols: false).read()
        for fault in own.faults { reader.addFault(reader.pointer + names.place(fault.pointer), fault.detail) }
        return content.map { PredictionInput.Content($0) }
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
    private static func shapeFault(_ values: JSONValue, _ kind: Kind) -> String? {
        let isNested = values.elements?.first { !$0.isNull }?.elements != nil
        switch kind {
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
        PredictionInput(pointer: pointer, members: Self.names) { form throws(Faults) in
            guard let forecast = form.forecast else {
                throw Faults(list: [
                    Fault(pointer: "/model", detail: "is a model of \(form.task.rawValue), which forecasts nothing")
                ])
            }
            var content = content
            content.options = try self.options(options, forecast)
            return content
        }
    }

    /// The frequency is asked for where the model has none and it has a meaning.
    private func options(_ options: RequestedOptions<PredictionOptions>, _ forecast: EffectiveSettings.Forecast)
        throws(Faults) -> RequestedOptions<PredictionOptions>
    {
        guard let trained = forecast.frequency.flatMap({ try? Frequency($0) }) else {
            var request = PredictionRequest(options: options)
            if hasStart { request.frequency = heading.frequency.frequency.description }
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
