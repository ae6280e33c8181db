import JSON
import SequenceModels
import Store

/// Jobs and what they tell.
extension OpenAPISchemas {
    static let jobs: JSONObject = [
        "Job": job, "JobStatus": words(JobStatus.allCases.map(\.rawValue)), "JobProgress": progress,
        "JobResult": result, "VersionComparison": comparison, "JobError": error, "TrainingPlan": plan,
        "JobList": object(
            [
                "object": words(["list"]), "jobs": list(of: reference("Job")), "has_more": boolean,
                "next_after": described(stringOrNull, "The `after` of the next page; null on the last."),
            ], required: ["object", "jobs", "has_more", "next_after"]),
        "Gradients": object(
            ["job": string, "pictures": list(of: reference("GradientPicture"))], required: ["job", "pictures"]),
        "GradientPicture": object(pictureMembers, required: pictureMembers.keys),
        "JobEvent": [
            "description": "One thing that a job tells; `type` says which.",
            "oneOf": .array(jobEvents.map { reference($0.name) }),
            "discriminator": [
                "propertyName": "type",
                "mapping": .object(
                    JSONObject(
                        jobEvents.map { (key: $0.type, value: .string("#/components/schemas/" + $0.name)) })),
            ],
        ],
        "JobStatusEvent": event(
            "status", ["status": reference("JobStatus"), "attempt": integer], required: ["status", "attempt"]),
        "JobMetricsEvent": event(
            "metrics",
            [
                "step": integer, "steps": integer, "epoch": integer, "epochs": integer, "train_loss": numberOrNull,
                "validation_loss": numberOrNull, "learning_rate": numberOrNull,
                "gradient_norm": described(numberOrNull, "Before clipping."), "tokens_per_second": numberOrNull,
                "gate_saturation": described(
                    list(of: numberOrNull), "By layer: the share of gates below 0.05 or above 0.95."),
            ], required: ["step", "steps", "epoch", "epochs", "train_loss", "validation_loss", "learning_rate"]),
        "JobGradientsEvent": event("gradients", pictureMembers, required: pictureMembers.keys),
        "JobCheckpointEvent": event("checkpoint", ["step": integer, "epoch": integer], required: ["step", "epoch"]),
        "JobPhaseEvent": event(
            "phase",
            [
                "phase": words(["fold", "cooldown", "refit", "measuring", "comparing"]),
                "epochs": described(integer, "Of the cool-down, the refit, or a fold that is measured."),
                "fold": described(integer, "Of a cross-validation: the part that is held back, from 1."),
                "folds": described(integer, "How many there are."),
            ], required: ["phase"]),
        "JobMeasuringEvent": event(
            "measuring", ["cases_done": integer, "cases": integer], required: ["cases_done", "cases"]),
        "JobWarningEvent": event("warning", ["message": string, "step": integer], required: ["message"]),
        "JobEndEvent": described(
            event("end", ["reason": words(["stopping"])], required: ["reason"]),
            "The server stops; the job goes on later. Not part of the history."),
    ]

    private static let jobEvents: [(type: String, name: String)] = [
        ("status", "JobStatusEvent"), ("metrics", "JobMetricsEvent"), ("gradients", "JobGradientsEvent"),
        ("checkpoint", "JobCheckpointEvent"), ("phase", "JobPhaseEvent"),
        ("measuring", "JobMeasuringEvent"), ("warning", "JobWarningEvent"),
        ("end", "JobEndEvent"),
    ]

    private static func event(_ type: String, _ members: JSONObject, required: [String]) -> JSONValue {
        var all: JSONObject = ["id": described(integer, "What `after` takes."), "at": time, "type": words([type])]
        all.merge(members)
        return object(all, required: ["id", "at", "type"] + required)
    }

    private static let job: JSONValue = {
        let members: JSONObject = [
            "id": string, "object": words(["job"]),
            "status": described(reference("JobStatus"), "succeeded, failed and cancelled are final."),
            "model": string,
            "version": described(integerOrNull, "The version it made; null unless succeeded."),
            "task": reference("Task"), "created_at": time, "started_at": timeOrNull,
            "finished_at": timeOrNull, "estimated_finish": timeOrNull,
            "queue_position": described(integerOrNull, "1 for the next; null unless queued."),
            "attempt": described(integer, "1, plus one for each end of the process under the running job."),
            "progress": nullable("JobProgress", "null before the first report."),
            "metrics": described(
                ["type": ["object", "null"], "additionalProperties": numberOrNull],
                "The newest train_loss and validation_loss."),
            "settings": reference("Settings"),
            "roles": nullable("Roles", "Of the columns of the table that the data was; null where it was none."),
            "from": described(stringOrNull, "The version it continues."),
            "retry_of": described(stringOrNull, "The failed or cancelled job that it tries again."),
            "result": nullable("JobResult", "Of a succeeded job."), "error": nullable("JobError", "Of a failed job."),
            "promote": words(JobRequest.Promotion.allCases.map(\.rawValue)),
            "metadata": reference("Metadata"), "owner": tenant,
        ]
        return object(members, required: members.keys)
    }()

    private static let progress = object(
        [
            "epoch": integer, "epochs": integer, "step": integer, "steps": integer, "tokens": integer,
            "tokens_per_second": numberOrNull,
            "phase": words(["training", "fold", "cooldown", "refit", "measuring", "comparing"]),
            "fold": described(integer, "In the phase fold: the part that is held back, from 1."),
            "folds": described(integer, "In the phase fold: how many there are."),
            "cases_done": described(integer, "While measuring and comparing: cases measured."),
            "cases": described(integer, "While measuring and comparing: cases in all."),
        ], required: ["epoch", "epochs", "step", "steps"])

    private static let result = object(
        [
            "version": integer, "weights_sha256": string, "metrics": measures,
            "baselines": ["type": "object", "additionalProperties": measures],
            "skill": described(numberOrNull, "1 − error / error of the best baseline, on data the model did not see."),
            "skill_error": described(
                numberOrNull,
                "Standard error of the skill; null below 4 independent cases, or where errors are not those of cases."),
            "measured_on": described(stringOrNull, "The cases, in words."),
            "verdict": described(string, "The same in words: only what is more than chance is claimed."),
            "promoted": described(boolean, "Whether the version took the label stable."),
            "promotion": described(string, "Why the label moved or stayed."),
            "compared": described(
                reference("VersionComparison"), "With the version that had the label; of promote if_better."),
            "from": string,
            "compared_from": described(reference("VersionComparison"), "With the version that it continues."),
        ], required: ["version", "weights_sha256", "metrics", "baselines", "skill", "verdict", "promoted"])

    private static let comparison = object(
        [
            "with": described(string, "The other version, name@version."),
            "outcome": described(
                words(["better", "not_better", "unknown", "unreadable"]),
                "Of the new version: better where its mean error is lower."),
            "metric": described(string, "What the errors are; absent where nothing was compared."),
            "cases": described(integerOrNull, "That both were measured on; null where each was for itself."),
            "error": described(numberOrNull, "Mean error of the new version."),
            "other_error": described(numberOrNull, "Mean error of the other."),
            "difference": described(numberOrNull, "error − other_error."),
            "standard_error": described(numberOrNull, "Of the difference."),
            "significant": described(["type": ["boolean", "null"]], "Whether it is more than chance (5 %)."),
            "learned": described(integer, "Cases left out, which the other has learned."),
            "unreadable": described(integer, "Cases left out, which the other cannot read."),
            "summary": described(string, "The same in words, or why nothing can be said."),
        ], required: ["with", "outcome", "summary"])

    private static let error = object(
        [
            "type": string, "title": string, "detail": string,
            "errors": described(list(of: reference("Fault")), "Where data or settings are at fault."),
        ], required: ["type", "title", "detail"])

    private static let pictureMembers: JSONObject = [
        "step": integer, "epoch": integer, "lags": list(of: integer),
        "layers": described(list(of: list(of: numberOrNull)), "By layer: the norm by lag."),
        "warning": described(stringOrNull, "Whether the gradient vanishes or explodes."),
    ]

    private static let plan: JSONValue = {
        let members: JSONObject = [
            "object": words(["plan"]), "model": string, "task": reference("Task"), "sequences": integer,
            "validation_sequences": integerOrNull, "settings": reference("Settings"),
            "roles": nullable("Roles", "Of the columns of the table that the data was; null where it was none."),
            "from": stringOrNull, "parameters": integer, "steps_per_epoch": integer, "estimated_flops": number,
            "estimated_memory_bytes": integer, "memory_bytes_max": integer, "estimated_seconds": number,
            "estimated_seconds_range": described(
                list(of: number), "Between these in eight cases of ten, by what other trainings took here."),
            "seconds_max": number, "audit": described(strings, "What was found in the data."),
        ]
        return object(members, required: members.keys)
    }()
}
