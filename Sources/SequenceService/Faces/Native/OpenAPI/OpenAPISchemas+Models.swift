import JSON
import SequenceModels

/// Models and their versions.
extension OpenAPISchemas {
    static let models: JSONObject = [
        "Model": object(
            extending(modelMembers, ["versions": list(of: reference("VersionSummary"))]),
            required: ["name", "object", "labels", "versions"]),
        "ModelSummary": object(
            extending(
                modelMembers,
                [
                    "versions": described(list(of: integer), "Numbers, ascending."),
                    "metrics": described(nullableMeasures, "Of the stable version, or of the newest."),
                    "skill": numberOrNull,
                ]), required: ["name", "object", "labels", "versions"]),
        "ModelList": object(
            ["object": words(["list"]), "models": list(of: reference("ModelSummary"))], required: ["object", "models"]),
        "VersionSummary": object(versionMembers, required: ["version", "created_at", "labels"]),
        "ModelVersion": object(
            extending(
                ["name": string, "object": words(["version"])],
                extending(
                    versionMembers,
                    [
                        "description": described(
                            ["type": ["object", "null"]], "Vocabulary, labels, scaling, network; not of an import.")
                    ])), required: ["name", "object", "version", "created_at", "labels"]),
        "VersionInputs": object(
            [
                "kind": words(["tokens", "numeric"]), "channels": described(integer, "Numbers in a step."),
                "tokens": words(TokenUnit.allCases.map(\.rawValue)), "vocabulary": described(integer, "Its size."),
                "labels": described(strings, "What it answers."),
                "frequency": described(string, "From one step to the next, of a forecast that knows times."),
                "targets": described(strings, "Names of what it forecasts."),
                "future": described(strings, "Names of what must be known ahead."),
                "past": described(strings, "Names of what must be known up to now."),
                "static": described(strings, "Names of what must be known of the whole series."),
            ], required: ["kind"]),
        "StreamCost": streamCost,
    ]

    private static func extending(_ first: JSONObject, _ second: JSONObject) -> JSONObject {
        var result = first
        result.merge(second)
        return result
    }

    private static let nullableMeasures: JSONValue = [
        "type": ["object", "null"], "additionalProperties": numberOrNull,
    ]

    private static let modelMembers: JSONObject = [
        "name": string, "object": words(["model"]), "task": stringOrNull,
        "labels": described(["type": "object", "additionalProperties": integer], "Label → version."),
        "updated_at": timeOrNull, "owner": tenant,
    ]

    private static let versionMembers: JSONObject = [
        "version": integer, "created_at": time,
        "job": described(stringOrNull, "The job that made it; null: imported."), "labels": strings,
        "task": reference("Task"), "inputs": reference("VersionInputs"), "settings": reference("Settings"),
        "parameters": integer,
        "stream": nullable(
            "StreamCost", "null where answers are not made step by step from one state."),
        "metrics": nullableMeasures,
        "baselines": ["type": ["object", "null"], "additionalProperties": measures], "skill": numberOrNull,
        "skill_error": numberOrNull, "measured_on": stringOrNull,
        "verdict": string, "weights_sha256": string, "size_bytes": integer,
        "from": described(stringOrNull, "The version it continues."),
        "metadata": reference("Metadata"),
    ]

    private static let streamCost = described(
        object(
            [
                "state_bytes": described(
                    integer,
                    "Of one stream (text or sample path): states, or keys, values and inputs of a transformer with its "
                        + "context full."),
                "state_bytes_per_step": described(
                    integer, "What each step adds; 0 for states, whose size is fixed."),
                "multiply_adds": described(
                    integer, "Of one step, head included; of a transformer with its context full."),
                "multiply_adds_per_context_step": described(
                    integer, "What each step in the context adds to it; at position t there are t of them."),
                "context": described(
                    integerOrNull, "The most steps that a transformer attends to; null for states."),
            ],
            required: [
                "state_bytes", "state_bytes_per_step", "multiply_adds", "multiply_adds_per_context_step", "context",
            ]), "What a stream keeps and what a step of it costs.")
}
