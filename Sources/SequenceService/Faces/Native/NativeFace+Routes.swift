import HTTPServer
import HTTPTypes
import JSON

extension NativeFace {
    /// The table is the contract's first page.
    static let routes = predictions + jobs + models + operations

    private static let job = Route<NativeFace>.Parameter.path("id", "Id of the job.")
    private static let model = Route<NativeFace>.Parameter.path("name", "Name of the model.")
    private static let version = Route<NativeFace>.Parameter.path("version", "Number of the version.")

    private static let predictions: [Route<NativeFace>] = [
        Route(
            .post, "/train", .train, "Queues a training job; with validate_only answers 200 with a plan.",
            parameters: [
                .query("validate_only", "Check and plan, queue nothing.", ["type": "boolean"]),
                .header(
                    "Idempotency-Key",
                    "A repeat with the same key and body answers the first job. A key is its tenant's own."),
            ], content: .json("TrainRequest"), limit: \.trainBodySizeBytesMax, answer: .json("Job", status: 202),
            problems: [400, 409, 413, 415, 422, 503, 507]
        ) { try await $0.train.train($1) },
        Route(
            .post, "/predict", .predict,
            "Predicts; with \"stream\": true as events, one a line or Server-Sent Events.",
            content: .json("PredictRequest"), limit: \.predictBodySizeBytesMax,
            answer: .content(
                "application/json", "application/x-ndjson", "text/event-stream", schema: "PredictAnswer"),
            problems: [400, 404, 413, 415, 422, 503]
        ) { try await $0.predict.predict($1) },
    ]

    private static let jobs: [Route<NativeFace>] = [
        Route(
            .get, "/jobs", .train, "The tenant's jobs, newest first.",
            parameters: [
                .query(
                    "status", "Only this status.",
                    ["type": "string", "enum": ["queued", "running", "paused", "succeeded", "failed", "cancelled"]]),
                .query("model", "Only this model.", ["type": "string"]),
                .query("limit", "Rows of a page.", ["type": "integer", "minimum": 1]),
                .query("after", "Id of the last job of the page before.", ["type": "string"]),
            ], answer: .json("JobList"), problems: [400, 404]
        ) { try await $0.jobs.list($1) },
        Route(.get, "/jobs/{id}", .train, "A job.", parameters: [job], answer: .json("Job"), problems: [404]) {
            try await $0.jobs.get($1)
        },
        Route(
            .get, "/jobs/{id}/events", .train,
            "A job's events, history and then live, to its last one. "
                + "A server that stops ends it with an event of the type end.",
            parameters: [
                job, .query("follow", "false: history only.", ["type": "boolean", "default": true]),
                .query("after", "Id of the last event known.", ["type": "integer"]),
                .header("Last-Event-ID", "As after."),
            ], answer: .content("application/x-ndjson", "text/event-stream", schema: "JobEvent"), problems: [400, 404]
        ) { try await $0.jobs.events($1) },
        Route(
            .get, "/jobs/{id}/gradients", .train,
            "The norm of dLoss/dh by time lag for each layer, over the training so far.", parameters: [job],
            answer: .json("Gradients"), problems: [404]
        ) { try await $0.jobs.gradients($1) },
        Route(
            .post, "/jobs/{id}/cancel", .train, "Cancels a job.", parameters: [job],
            answer: .json("Job", status: 202), problems: [404, 409]
        ) { try await $0.jobs.cancel($1) },
        Route(
            .post, "/jobs/{id}/pause", .train, "Saves a checkpoint and pauses a job.", parameters: [job],
            answer: .json("Job", status: 202), problems: [404, 409]
        ) { try await $0.jobs.pause($1) },
        Route(
            .post, "/jobs/{id}/resume", .train, "Puts a paused job back into the queue.", parameters: [job],
            answer: .json("Job", status: 202), problems: [404, 409]
        ) { try await $0.jobs.resume($1) },
    ]

    private static let models: [Route<NativeFace>] = [
        Route(.get, "/models", .predict, "The tenant's models.", answer: .json("ModelList")) {
            try await $0.models.list($1)
        },
        Route(
            .get, "/models/{name}", .predict, "A model with its versions.", parameters: [model],
            answer: .json("Model"), problems: [404]
        ) { try await $0.models.get($1) },
        Route(
            .delete, "/models/{name}", .admin, "Deletes a model with all versions.", parameters: [model],
            answer: .nothing, problems: [404]
        ) { try await $0.models.delete($1) },
        Route(
            .post, "/models/{name}/labels", .train, "Sets labels; null removes one.", parameters: [model],
            content: .json("Labels"), answer: .json("Model"), problems: [400, 404, 409, 413, 415, 422, 503]
        ) { try await $0.models.label($1) },
        Route(
            .put, "/models/{name}/versions", .train,
            "Imports a safetensors file as a new version. The settings are in the query, or in the file's "
                + "__metadata__ under \"rondo.settings\", as an export has them.",
            parameters: [
                model, .content("settings", "What the tensors are.", "ImportSettings"),
                .query(
                    "promote", "May the version take the label stable?",
                    ["type": "string", "enum": ["always", "never"], "default": "always"]),
            ], content: .bytes("application/octet-stream"), limit: \.importBodySizeBytesMax,
            answer: .json("ModelVersion", status: 201), problems: [400, 409, 413, 415, 422, 503, 507]
        ) { try await $0.imports.put($1) },
        Route(
            .get, "/models/{name}/versions/{version}", .predict, "A version and its description.",
            parameters: [model, version], answer: .json("ModelVersion"), problems: [404]
        ) { try await $0.models.version($1) },
        Route(
            .delete, "/models/{name}/versions/{version}", .admin, "Deletes a version.", parameters: [model, version],
            answer: .nothing, problems: [404]
        ) { try await $0.models.deleteVersion($1) },
        Route(
            .get, "/models/{name}/versions/{version}/weights", .train,
            "The weights as safetensors with PyTorch's names.", parameters: [model, version],
            answer: .content("application/octet-stream"), problems: [404]
        ) { try await $0.models.weights($1) },
        Route(
            .get, "/models/{name}/versions/{version}/onnx", .train,
            "The network as an ONNX graph; a transformer, encoder-decoder or pointer network has none.",
            parameters: [model, version], answer: .content("application/octet-stream"), problems: [404, 409, 422]
        ) { try await $0.models.onnx($1) },
    ]

    private static let operations: [Route<NativeFace>] = [
        .onLoop(.get, "/", nil, "What this is, and where to look.", answer: .json("Index")) { try $0.system.index($1) },
        .onLoop(.get, "/healthz", nil, "The process is alive.", answer: .json("Status")) {
            try $0.system.health($1)
        },
        .onLoop(.get, "/readyz", nil, "The server takes requests.", answer: .json("Status"), problems: [503]) {
            try $0.system.ready($1)
        },
        Route(
            .get, "/version", nil, "Name and version; with limits=true, for an admin, every limit.",
            parameters: [.query("limits", "List the limits.", ["type": "boolean"])], answer: .json("Version"),
            problems: [401, 403]
        ) { try await $0.system.version($1) },
        Route(
            .get, "/metrics", .predict, "Counters and gauges for Prometheus.", answer: .content("text/plain")
        ) { try await $0.system.metrics($1) },
        Route(.get, "/openapi.json", nil, "This document.", answer: .json("Any")) { face, _ in face.system.document },
    ]
}
