import JSON
import SequenceModels

/// Sessions: recurrent state that stays between requests.
extension OpenAPISchemas {
    static func sessions(_ limits: ServiceLimits) -> JSONObject {
        let history: JSONObject = [
            "sequence": reference("Input"),
            "prompt": described(string, "sequence under another name, for a language model."),
        ]
        let reading = historyOptions
        var creation: JSONObject = [
            "model": described(reference, "name (label stable), name@version or name@label; the version stays."),
            "state": described(string, "Where another session stood, as GET /sessions/{id}/state has it."),
            "expires_after": described(
                ["type": "number", "minimum": 1, "maximum": .number(limits.sessions.idleSecondsMax)],
                "Seconds without a step after which the session is forgotten."),
            "metadata": reference("Metadata"),
        ]
        var step = extended(
            [
                "stream": described(
                    ["type": "boolean", "default": false], "Events as they are computed in place of one answer."),
                "advance": described(
                    ["type": "boolean", "default": false],
                    "What is predicted becomes history, too: of a forecast its means, with the times that follow and "
                        + "what `future` has of them; what is known up to now only is missing there."),
            ], PredictionOptions.members)
        var rebase: JSONObject = ["model": reference]
        for part in [history, reading] {
            creation.merge(part)
            rebase.merge(part)
        }
        step.merge(history)
        return [
            "SessionRequest": described(
                closed(creation), "A model, or a state; and, if it is to begin with one, a sequence."),
            "SessionStepRequest": described(
                closed(step),
                "A sequence: what is new. Horizon or max_tokens: what is wanted from there, which moves nothing unless "
                    + "advance says so."),
            "SessionForkRequest": closed(["metadata": reference("Metadata")]),
            "SessionRebaseRequest": closed(rebase, required: ["model"]),
            "Session": session,
            "SessionList": object(
                [
                    "object": words(["list"]), "sessions": list(of: reference("Session")), "has_more": boolean,
                    "next_after": stringOrNull,
                ], required: ["object", "sessions", "has_more", "next_after"]),
            "SessionState": object(
                ["model": string, "steps": integer, "state": string], required: ["model", "steps", "state"]),
            "SessionStepAnswer": object(
                [
                    "session": string, "model": string, "task": reference("Task"),
                    "steps": described(integer, "That the session has read."),
                    "predictions": described(
                        list(of: ["type": "object"]), "One as POST /predict has it; none where nothing was asked for."),
                    "timing": reference("Timing"),
                ], required: ["session", "model", "task", "steps", "predictions", "timing"]),
            "SessionStepEvent": described(
                ["type": "object"],
                "As PredictEvent; the last one also has `session` and `session_steps`, that the session has read."),
        ]
    }

    private static let session = object(
        [
            "id": string, "object": words(["session"]), "model": described(string, "name@version."),
            "task": nullable("Task", "Of that version; null where it is damaged."),
            "steps": described(integer, "That it has read."), "state_bytes": integer,
            "created_at": time, "stepped_at": time, "expires_at": described(time, "Unless it is stepped before."),
            "metadata": ["type": "object"], "owner": tenant,
        ],
        required: [
            "id", "object", "model", "task", "steps", "state_bytes", "created_at", "stepped_at", "expires_at",
            "metadata", "owner",
        ])

    private static var historyOptions: JSONObject {
        var options = JSONObject()
        let all = extended([:], PredictionOptions.members)
        for (name, schema) in all.members where PredictionOptions.ofHistories.contains(name) {
            options.append(name, schema)
        }
        return options
    }
}
