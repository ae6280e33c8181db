import JSON
import SequenceModels
import SeriesTime

/// One of the `instances` of a request, or a line: `{"start", "target", "cat", "dynamic_feat"}`.
///
/// A missing value is null or the text `"NaN"`.
struct DeepARInstance: Sendable {
    private static let names = SeriesMembers([
        "target": "target", "start": "start", "future": "dynamic_feat", "static": "cat",
    ])
    private static let missing = "NaN"

    private let pointer: String
    private let target: JSONValue
    private let record: SeriesRecord

    /// - Returns: nil after noting at least one fault.
    init?(_ reader: JSONReader) {
        let target = reader.value("target", required: true).map(Self.withMissing)
        var record = SeriesRecord()
        if let start = reader.string("start", sizeBytesMax: ModelLimits.nameSizeBytesMax) {
            do throws(TimeError) {
                _ = try TimestampColumn([.text(start)])
                record.times = .start(.text(start))
            } catch {
                reader.fault("start", "expected a time such as \"2026-01-31 00:00:00\": \(error)")
            }
        }
        if let categories = reader.value("cat") { record.fixed = Self.categories(categories, reader) }
        if let features = reader.value("dynamic_feat") { record.future = Self.features(features, reader) }
        reader.finish()
        guard let target else { return nil }
        self.target = target
        self.record = record
        pointer = reader.pointer
    }

    /// `[0, 3]`: categories by position; one alone may stand by itself.
    private static func categories(_ value: JSONValue, _ reader: JSONReader) -> [StaticCovariate] {
        guard let elements = value.elements ?? (value.asInt == nil ? nil : [value]) else {
            reader.fault("cat", "expected a list of whole numbers, found \(value.found)")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            guard let category = element.asInt else {
                reader.addFault("\(reader.pointer)/cat/\(index)", "expected a whole number, found \(element.found)")
                return nil
            }
            return StaticCovariate(name: "cat_\(index)", value: .category(String(category)), place: "/cat/\(index)")
        }
    }

    /// `[[1.5, 2, …], …]`: a list by step for each feature.
    private static func features(_ value: JSONValue, _ reader: JSONReader) -> [Covariate] {
        guard case .array(let lists) = withMissing(value) else {
            reader.fault("dynamic_feat", "expected a list of lists of numbers, found \(value.found)")
            return []
        }
        return lists.enumerated().compactMap { index, list in
            guard let numbers = list.asNumbers else {
                let step = list.elements?.firstIndex { $0.asDouble == nil && !$0.isNull }
                let place = "\(reader.pointer)/dynamic_feat/\(index)" + (step.map { "/\($0)" } ?? "")
                let found = step.flatMap { list[$0] } ?? list
                let expected = step == nil ? "a list of numbers" : "a number, null or \"NaN\""
                reader.addFault(place, "expected \(expected), found \(found.found)")
                return nil
            }
            return Covariate(
                name: "dynamic_feat_\(index)", values: .numbers(numbers), place: "/dynamic_feat/\(index)")
        }
    }

    /// The same with null for `"NaN"`, in lists and in lists of lists.
    private static func withMissing(_ value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value else { return value }
        if elements.contains(where: { if case .array = $0 { true } else { false } }) {
            return .array(elements.map(withMissing))
        }
        guard elements.contains(where: { $0.asString == missing }) else { return value }
        let known = elements.map { $0.asString == missing ? JSONValue.null : $0 }
        let isNumeric = known.allSatisfy { $0.isNull || $0.asDouble != nil } && !known.allSatisfy(\.isNull)
        return isNumeric ? .numbers(known.map { $0.asDouble ?? .nan }) : .array(known)
    }

    /// The instance for a model that is not known yet.
    func input(_ configuration: DeepARConfiguration) -> PredictionInput {
        PredictionInput(pointer: pointer, members: Self.names) { form throws(Faults) in
            guard let forecast = form.forecast else {
                throw Faults(list: [
                    Fault(pointer: "", detail: "the model is one of \(form.task.rawValue), which forecasts nothing")
                ])
            }
            let faults = JSONReader(JSONObject())
            let reader = SequenceReader(numbersAreSymbols: false, numbersAreNeeded: true, faults: faults)
            let sequence = reader.read(target, at: pointer + "/target")
            try faults.check()
            var record = record
            // The protocol has a start in every instance, and nowhere a frequency: without one it says nothing.
            if forecast.frequency == nil { record.times = nil }
            return PredictionInput.Content(
                sequence: sequence, record: record, options: configuration.options(for: forecast))
        }
    }
}
