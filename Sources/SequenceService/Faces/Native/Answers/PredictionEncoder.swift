package import JSON
package import SequenceModels
import SeriesTime

/// Writes predictions and their events as JSON (api.md, 3).
package struct PredictionEncoder: Sendable {
    /// The answer lists what is long: sample paths.
    package var wantsSamples = false

    /// - Parameter wantsSamples: list sample paths.
    package init(wantsSamples: Bool = false) { self.wantsSamples = wantsSamples }

    /// A whole answer without its long member, which `PredictionAnswer` writes element by element.
    package func json(_ prediction: any Prediction) -> JSONValue { .object(object(prediction)) }

    /// The same as the members of an object.
    func object(_ prediction: any Prediction) -> JSONObject { Self.object(prediction.members) }

    /// An event, with the place of its sequence in the request.
    package func json(_ event: any PredictionEvent, sequence: Int) -> JSONValue {
        .object(Self.object(event.members, after: ["sequence": .integer(sequence)]))
    }

    private static func object(_ members: [AnswerMember], after first: JSONObject = JSONObject()) -> JSONObject {
        var object = first
        for member in members { object.append(member.name, json(member.value)) }
        return object
    }

    static func json(_ value: AnswerValue) -> JSONValue {
        switch value {
        case .text(let text): .string(text)
        case .texts(let texts): JSONValue(texts)
        case .whole(let number): .integer(number)
        case .wholes(let numbers): JSONValue(numbers)
        case .number(let number): .number(number)
        case .numbers(let numbers): array(numbers)
        case .path(let values): values.channels == 1 ? array(values.flat) : .array(values.map { .numbers($0) })
        case .flags(let values):
            .array(values.channels == 1 ? values.flat.map(flag) : values.map { .array($0.map(flag)) })
        case .stepFlags(let values): values.count == 1 ? flag(values[0]) : .array(values.map(flag))
        case .timestamp(let stamp): json(stamp)
        case .timestamps(let stamps): .array(stamps.map { json($0) })
        case .weights(let rows): .array(rows.map { array($0.map { Double($0) }) })
        case .members(let members): .object(object(members))
        case .list(let list): .array(list.map { .object(object($0)) })
        }
    }

    /// 1 is true, 0 false, NaN null.
    private static func flag(_ value: Double) -> JSONValue { value.isNaN ? .null : .bool(value > 0) }

    /// Whole numbers of seconds or milliseconds without a point.
    private static func json(_ stamp: TimestampValue) -> JSONValue {
        switch stamp {
        case .text(let text): .string(text)
        case .number(let number): Int(exactly: number).map { .integer($0) } ?? .number(number)
        }
    }

    /// An array of numbers may not be empty (`JSONValue.numbers`).
    private static func array(_ values: [Double]) -> JSONValue { values.isEmpty ? .array([]) : .numbers(values) }

    /// Milliseconds, to the microsecond, and rows, to the thousandth.
    package static func json(_ timing: ActivePrediction.Timing) -> JSONValue {
        let rows = (timing.batchRows * 1000).rounded() / 1000
        return [
            "queue_ms": .number((timing.queueMilliseconds * 1000).rounded() / 1000),
            "compute_ms": .number((timing.computeMilliseconds * 1000).rounded() / 1000),
            "batch_rows": Int(exactly: rows).map { .integer($0) } ?? .number(rows),
        ]
    }
}
