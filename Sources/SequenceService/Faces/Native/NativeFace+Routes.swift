import HTTPServer
import HTTPTypes
import JSON
import Tables

extension NativeFace {
    /// The table is the contract's first page.
    static func routes(_ limits: ServiceLimits) -> [Route<NativeFace>] {
        training + jobs(limits) + jobControl + predictions + sessions(limits) + models + versions + system
    }

    private static let job = Route<NativeFace>.Parameter.path(
        "id", "Id of the job.", OpenAPISchemas.jobID, example: .string(OpenAPIExamples.jobID))
    private static let model = Route<NativeFace>.Parameter.path(
        "name", "Name of the model.", OpenAPISchemas.name, example: "airline")
    private static let version = Route<NativeFace>.Parameter.path(
        "version", "Number of the version, or a label.", OpenAPISchemas.name, example: "stable")
    private static let versionNumber = Route<NativeFace>.Parameter.path(
        "version", "Number of the version.", ["type": "integer", "minimum": 1], example: 1)

    private static let sessionsOfVersions = Route<NativeFace>.Parameter.query(
        "sessions", "delete: sessions on it are deleted, too. Otherwise they keep it (409).",
        ["type": "string", "enum": ["keep", "delete"], "default": "keep"])

    /// What is said of a table that is the body.
    private static let table: [Route<NativeFace>.Parameter] = TableOption.allCases.flatMap { option in
        [option.rawValue, option.otherName].compactMap(\.self).map { name in
            .query(
                name, name == option.rawValue ? "Of a table: \(option.help)" : "As `\(option.rawValue)`.",
                option.words.map { ["type": "string", "enum": JSONValue($0)] } ?? ["type": "string"])
        }
    }

    private static let training: [Route<NativeFace>] = [
        Route(
            "training/train", .post, "/train", .train, "Queues a training job, or says what it would do.",
            changes: false,
            parameters: [
                .query(
                    "validate_only", "Check and plan, queue nothing: answers 200 with the plan.",
                    ["type": "boolean", "default": false])
            ] + table + [
                .header(
                    "Idempotency-Key",
                    "A repeat with the same key and body answers the first job. A key is its tenant's own.",
                    ["type": "string", "pattern": "^[!-~]{1,255}$"], example: "airline-2026-11-28")
            ], settings: QuerySettings.training, content: .data("TrainRequest"), limit: \.trainBodySizeBytesMax,
            answers: [
                .json("Job", status: 202, fields: [.location], text: "The queued job."),
                .json("TrainingPlan", text: "With `validate_only`: what the training would be."),
            ], problems: [409, 422, 507]
        ) { try await $0.train.train($1) }
    ]

    private static func jobs(_ limits: ServiceLimits) -> [Route<NativeFace>] {
        [
            Route(
                "jobs/listJobs", .get, "/jobs", .train, "The tenant's jobs, newest first.",
                parameters: [
                    .query("status", "Only this status.", OpenAPISchemas.reference("JobStatus")),
                    .query("model", "Only this model.", ["type": "string"], example: "airline"),
                    .query(
                        "limit", "Jobs of a page.",
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(limits.pageRowsMax),
                            "default": .integer(JobsEndpoint.limitDefault),
                        ]),
                    .query("after", "The `next_after` of the page before.", ["type": "string"]),
                ], answers: [.json("JobList")], problems: [404]
            ) { try await $0.jobs.list($1) },
            Route(
                "jobs/getJob", .get, "/jobs/{id}", .train, "A job.", parameters: [job], answers: [.json("Job")],
                problems: [404]
            ) { try await $0.jobs.get($1) },
            Route(
                "jobs/streamJobEvents", .get, "/jobs/{id}/events", .train,
                "A job's events, history and then live, to its last one.",
                parameters: [
                    job, .query("follow", "false: history only.", ["type": "boolean", "default": true]),
                    .query("after", "Id of the last event known.", OpenAPISchemas.eventID, example: 17),
                    .header(
                        "Last-Event-ID", "As `after`, and before it: what a browser says that comes back.",
                        OpenAPISchemas.eventID),
                ],
                answers: [
                    Route.Answer(
                        bodies: [.events("JobEvent")],
                        text: "Events as they come. A server that stops ends them with an event of the type `end`."),
                    .nothing("Server-Sent Events only: there are no more. A browser's EventSource stops."),
                ], problems: [404]
            ) { try await $0.jobs.events($1) },
            Route(
                "jobs/getJobGradients", .get, "/jobs/{id}/gradients", .train,
                "The norm of dLoss/dh by time lag for each layer, over the training so far.", parameters: [job],
                answers: [.json("Gradients")], problems: [404]
            ) { try await $0.jobs.gradients($1) },
        ]
    }

    private static let jobControl: [Route<NativeFace>] = [
        Route(
            "jobs/cancelJob", .post, "/jobs/{id}/cancel", .train, "Cancels a job.", parameters: [job],
            answers: [.json("Job", status: 202)], problems: [404, 409]
        ) { try await $0.jobs.cancel($1) },
        Route(
            "jobs/pauseJob", .post, "/jobs/{id}/pause", .train, "Saves a checkpoint and pauses a job.",
            parameters: [job], answers: [.json("Job", status: 202)], problems: [404, 409]
        ) { try await $0.jobs.pause($1) },
        Route(
            "jobs/resumeJob", .post, "/jobs/{id}/resume", .train, "Puts a paused job back into the queue.",
            parameters: [job], answers: [.json("Job", status: 202)], problems: [404, 409]
        ) { try await $0.jobs.resume($1) },
        Route(
            "jobs/retryJob", .post, "/jobs/{id}/retry", .train,
            "Queues a failed or cancelled job again as a new one, with its data and checkpoint.", parameters: [job],
            answers: [.json("Job", status: 202, fields: [.location], text: "The new job.")],
            problems: [404, 409, 422, 507]
        ) { try await $0.jobs.retry($1) },
        Route(
            "jobs/deleteJob", .delete, "/jobs/{id}", .train,
            "Forgets a finished job and its events; the version that it made stays.", parameters: [job],
            answers: [.nothing("Deleted.")], problems: [404, 409]
        ) { try await $0.jobs.delete($1) },
    ]

    private static let predictions: [Route<NativeFace>] = [
        Route(
            "predictions/predict", .post, "/predict", .predict,
            "Predicts: one answer for all sequences, or events as they are computed.",
            changes: false, parameters: table, settings: QuerySettings.prediction, content: .data("PredictRequest"),
            limit: \.predictBodySizeBytesMax,
            answers: [
                Route.Answer(
                    bodies: [.json("PredictAnswer"), .events("PredictEvent"), .table],
                    text:
                        "The answer; with `\"stream\": true` events, Server-Sent Events if they are accepted. As the "
                        + "rows of a table where `text/csv` is accepted, or without a stream `application/x-ndjson`.")
            ], problems: [404, 422, 504], staysOnLoop: true
        ) { try await $0.predict.predict($1) },
        Route(
            "predictions/evaluate", .post, "/evaluate", .predict,
            "Measures a version on sequences with what came of them, beside simple forecasts.",
            changes: false, content: .json("EvaluateRequest"), limit: \.trainBodySizeBytesMax,
            answers: [.json("EvaluateAnswer")], problems: [404, 422]
        ) { try await $0.evaluate.evaluate($1) },
    ]

    private static let models: [Route<NativeFace>] = [
        Route("models/listModels", .get, "/models", .predict, "The tenant's models.", answers: [.json("ModelList")]) {
            try await $0.models.list($1)
        },
        Route(
            "models/getModel", .get, "/models/{name}", .predict, "A model with its versions.", parameters: [model],
            answers: [.json("Model")], problems: [404]
        ) { try await $0.models.get($1) },
        Route(
            "models/deleteModel", .delete, "/models/{name}", .admin, "Deletes a model with all versions.",
            parameters: [model, sessionsOfVersions], answers: [.nothing()], problems: [404, 409]
        ) { try await $0.models.delete($1) },
        Route(
            "models/setLabels", .post, "/models/{name}/labels", .train, "Sets labels; null removes one.",
            parameters: [model], content: .json("Labels"), answers: [.json("Model")], problems: [404, 409, 422]
        ) { try await $0.models.label($1) },
    ]

    private static let versions: [Route<NativeFace>] = [
        Route(
            "models/importVersion", .put, "/models/{name}/versions", .train,
            "Imports a safetensors file as a new version. The settings are in the query, or in the file's "
                + "__metadata__ under \"rondo.settings\", as an export has them.",
            parameters: [
                model, .content("settings", "What the tensors are.", "ImportSettings"),
                .query(
                    "promote", "May the version take the label stable?",
                    ["type": "string", "enum": ["always", "never"], "default": "always"]),
            ], content: .bytes("application/octet-stream"), limit: \.importBodySizeBytesMax,
            answers: [.json("ModelVersion", status: 201, fields: [.location])], problems: [409, 422, 507]
        ) { try await $0.imports.put($1) },
        Route(
            "models/getVersion", .get, "/models/{name}/versions/{version}", .predict, "A version and its description.",
            parameters: [model, version], answers: [.json("ModelVersion")], problems: [404]
        ) { try await $0.models.version($1) },
        Route(
            "models/deleteVersion", .delete, "/models/{name}/versions/{version}", .admin, "Deletes a version.",
            parameters: [model, versionNumber, sessionsOfVersions], answers: [.nothing()], problems: [404, 409]
        ) { try await $0.models.deleteVersion($1) },
        Route(
            "models/getWeights", .get, "/models/{name}/versions/{version}/weights", .train,
            "The weights as safetensors with PyTorch's names.", parameters: [model, version],
            answers: [.file(fields: [.contentDisposition, .entityTag])], problems: [404]
        ) { try await $0.models.weights($1) },
        Route(
            "models/getONNX", .get, "/models/{name}/versions/{version}/onnx", .train,
            "The network as an ONNX graph; a transformer, encoder-decoder or pointer network has none.",
            parameters: [model, version], answers: [.file(fields: [.contentDisposition])], problems: [404, 409, 422]
        ) { try await $0.models.onnx($1) },
    ]

    private static let system: [Route<NativeFace>] = [
        .onLoop("system/getIndex", .get, "/", nil, "What this is, and where to look.", answers: [.json("Index")]) {
            try $0.system.index($1)
        },
        .onLoop("system/getHealth", .get, "/healthz", nil, "The process is alive.", answers: [.json("Status")]) {
            try $0.system.health($1)
        },
        .onLoop(
            "system/getReadiness", .get, "/readyz", nil, "The server takes requests.", answers: [.json("Status")],
            problems: [503]
        ) { try $0.system.ready($1) },
        Route(
            "system/getVersionOfServer", .get, "/version", nil,
            "Name and version; with limits=true, for an admin, every limit.",
            parameters: [.query("limits", "List the limits.", ["type": "boolean", "default": false])],
            answers: [.json("ServerVersion")], problems: [401]
        ) { try await $0.system.version($1) },
        Route(
            "system/getMetrics", .get, "/metrics", .predict, "Counters and gauges for Prometheus.",
            answers: [Route.Answer(bodies: [.text])]
        ) { try await $0.system.metrics($1) },
        Route(
            "system/getUsage", .get, "/usage", .train,
            "Bytes in the data directory: of the tenant, and for an admin without one of everybody, by kind, and what "
                + "is free.", answers: [.json("Usage")]
        ) { try await $0.system.usage($1) },
        Route(
            "system/createBackup", .post, "/backup", .admin,
            "A consistent copy of everything as a tar archive, for an admin without a tenant. Work goes on meanwhile.",
            answers: [.file(fields: [.contentDisposition])], problems: [503, 507]
        ) { try await $0.system.backup($1) },
        Route("system/getDocument", .get, "/openapi.json", nil, "This document.", answers: [.json("Document")]) {
            face, _ in face.system.document
        },
    ]
}
