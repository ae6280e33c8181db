import JSON
import SequenceModels

/// The answer of `POST /evaluate`.
enum EvaluationEncoder {
    static func json(_ result: EvaluationService.Result, of body: EvaluateBody) -> JSONValue {
        let measurement = result.measurement, evaluation = measurement.evaluation
        var members: JSONObject = [
            "model": .string(result.model), "task": .string(result.task.rawValue),
            "metrics": JSONValue(evaluation.metrics),
            "baselines": JSONValue(evaluation.baselines.mapValues { JSONValue($0) }),
            "skill": JSONValue(evaluation.comparison?.skill),
            "skill_error": JSONValue(evaluation.comparison?.reportedError),
            "measured_on": JSONValue(evaluation.basis), "verdict": .string(evaluation.verdict),
        ]
        if body.byHorizon, let steps = measurement.steps {
            members.append("by_horizon", .array(steps.map { JSONValue($0) }))
        }
        if body.bySeries, let series = measurement.series {
            members.append(
                "by_series",
                .array(
                    series.map { index, metrics in
                        [
                            "sequence": .integer(index), "id": JSONValue(result.ids[index]),
                            "metrics": JSONValue(metrics),
                        ]
                    }))
        }
        return .object(members)
    }
}
