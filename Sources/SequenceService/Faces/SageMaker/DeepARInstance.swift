import JSON
import SequenceModels
import SeriesTime

/// One of the `instances` of a request, or a line: `{"start", "target", "cat", "dynamic_feat"}`, as our records have
/// them; their other members may stand there, too.
///
/// A missing value is null or the text `"NaN"`.
struct DeepARInstance: Sendable {
    private static let missing = "NaN"

    private let pointer: String
    private let content: PredictionInput.Content

    /// - Parameters:
    ///   - pointer: of the instance.
    ///   - reader: of the request; takes the faults.
    /// - Returns: nil after noting at least one fault.
    init?(_ instance: JSONObject, at pointer: String, _ reader: JSONReader) {
        var members = JSONObject()
        for (name, value) in instance.members {
            // Before it became a list, `cat` was one number.
            let isOne = name == "cat" && value.asInt != nil
            members.append(name, isOne ? .array([value]) : Self.withMissing(value))
        }
        let records = SeriesRecordReader(
            reader.reader(of: members, at: pointer), of: .prediction, numbersAreSymbols: false)
        guard let content = records.read() else { return nil }
        if case .start(let start)? = content.record?.times {
            do throws(TimeError) { _ = try TimestampColumn([start]) } catch {
                reader.addFault(pointer + "/start", "expected a time such as \"2026-01-31 00:00:00\": \(error)")
            }
        }
        self.content = PredictionInput.Content(content)
        self.pointer = pointer
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
        PredictionInput(pointer: pointer) { form throws(Faults) in
            guard let forecast = form.forecast else {
                throw Faults(list: [
                    Fault(pointer: "", detail: "the model is one of \(form.task.rawValue), which forecasts nothing")
                ])
            }
            var content = content
            // The protocol has a start in every instance, and nowhere a frequency: without one it says nothing.
            if forecast.frequency == nil, case .start? = content.record?.times { content.record?.times = nil }
            content.options = configuration.options(for: forecast)
            return content
        }
    }
}
