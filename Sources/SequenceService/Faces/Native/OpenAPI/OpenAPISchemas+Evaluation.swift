import JSON
import SequenceModels

extension OpenAPISchemas {
    /// Of `POST /evaluate`.
    static let evaluations: JSONObject = [
        "EvaluateRequest": closed(
            [
                "model": described(reference, "name (label stable), name@version or name@label."),
                "sequences": described(
                    ["type": "array", "minItems": 1, "items": reference("Example")],
                    "As a training takes them, with what is to be predicted."),
                "horizon": described(
                    ["type": "integer", "minimum": 1, "maximum": .integer(ModelLimits.horizonMax)],
                    "Steps of one forecast; the model's own unless it is said."),
                "origins": described(
                    [
                        "type": "integer", "minimum": .integer(MeasurementRequest.originsRange.lowerBound),
                        "maximum": .integer(MeasurementRequest.originsRange.upperBound),
                        "default": .integer(MeasurementRequest.originsDefault),
                    ], "Forecasts of each series, a horizon apart, in its second half."),
                "by": described(
                    list(of: words(["horizon", "series"])), "Metrics of each step of the horizon, of each series."),
            ], required: ["model", "sequences"]),
        "EvaluateAnswer": object(
            [
                "model": described(string, "name@version that was measured."), "task": reference("Task"),
                "metrics": measures, "baselines": ["type": "object", "additionalProperties": measures],
                "skill": described(numberOrNull, "1 − error / error of the best baseline."),
                "skill_error": described(numberOrNull, "Standard error of the skill."),
                "measured_on": described(stringOrNull, "The cases, in words."), "verdict": string,
                "by_horizon": described(list(of: measures), "From the first step on."),
                "by_series": list(
                    of: object(
                        [
                            "sequence": described(integer, "Its place in the request, from 0."), "id": stringOrNull,
                            "metrics": measures,
                        ], required: ["sequence", "id", "metrics"])),
            ], required: ["model", "task", "metrics", "baselines", "skill", "verdict"]),
    ]
}
