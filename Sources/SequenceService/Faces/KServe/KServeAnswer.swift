import JSON
package import SequenceModels
import SeriesTime
import System

/// The answer to a forecast: an output for each series, in their order.
package struct KServeAnswer: Sendable {
    let series: [KServeSeries.Heading]
    let metadata: JSONObject?

    /// The answer, to be written piece by piece.
    ///
    /// - Parameters:
    ///   - predictions: one for each series.
    ///   - model: `airline@4`.
    package func pieces(_ predictions: [any Prediction], model: String) -> PredictionAnswer {
        var members: JSONObject = [
            "id": .string(Self.id("resp_")), "created_at": .integer(Int(Clock.wallMilliseconds() / 1000)),
            "status": "completed", "error": .null, "model": .string(model),
        ]
        if let metadata { members.append("metadata", .object(metadata)) }
        return PredictionAnswer(
            PredictionAnswer.Frame(members, member: "outputs"), predictions: predictions, listsLongMembers: false
        ) { output($0, series[$1]) }
    }

    private func output(_ prediction: any Prediction, _ heading: KServeSeries.Heading) -> JSONObject {
        [
            "type": "time_series_forecast", "id": .string(Self.id("ts_")), "status": "completed",
            "content": .array((prediction as? ForecastPrediction).map { [content($0, heading)] } ?? []), "error": .null,
        ]
    }

    private func content(_ forecast: ForecastPrediction, _ heading: KServeSeries.Heading) -> JSONValue {
        var members: JSONObject = [
            "type": .string(heading.kind.rawValue), "name": .string(heading.name),
            "mean_forecast": values(forecast.mean, heading.kind), "frequency": .string(heading.frequency.word),
            // The protocol wants a text; a series without a start has none.
            "start_timestamp": .string(forecast.timestamps?.first?.description ?? ""),
        ]
        if !forecast.quantiles.isEmpty {
            let levels = forecast.quantiles.map {
                (key: $0.level.description, value: values($0.values, heading.kind))
            }
            members.append("quantiles", .object(JSONObject(levels)))
        }
        return .object(members)
    }

    /// By step, or by step and variable.
    private func values(_ values: ForecastValues, _ kind: KServeSeries.Kind) -> JSONValue {
        switch kind {
        case .univariate: .numbers(values.flat)
        case .multivariate: .array(values.map { .numbers($0) })
        }
    }

    private static func id(_ prefix: String) -> String {
        let digits = (0..<2).map { _ in
            let half = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - half.count) + half
        }
        return prefix + digits.joined()
    }
}
