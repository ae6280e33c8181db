package import JSON

/// `GET /openapi.json`: the contract for programs (OpenAPI 3.1).
package enum OpenAPIDocument {
    /// The whole document.
    package static let json: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Rondo", "version": .string(ServiceVersion.number),
            "description": "Trains recurrent sequence models and serves them.",
        ],
        // Where the server has keys, each operation needs one, unless it says that it needs none.
        "security": [["key": []]],
        "paths": .object(paths),
        "components": [
            "schemas": OpenAPISchemas.json,
            "securitySchemes": [
                "key": [
                    "type": "http", "scheme": "bearer",
                    "description": .string(
                        "A key of the role predict, train or admin. What belongs to another tenant than the key's is "
                            + "answered as what does not exist (404); an admin key without a tenant sees all."),
                ]
            ],
        ],
    ]

    private static var paths: JSONObject {
        var paths = JSONObject()
        for operation in operations {
            var path = paths[operation.path]?.object ?? JSONObject()
            path.append(operation.method, operation.json)
            paths[operation.path] = .object(path)
        }
        return paths
    }

    private static let job = OpenAPIOperation.Parameter.path("id", "Id of the job.")
    private static let model = OpenAPIOperation.Parameter.path("name", "Name of the model.")
    private static let version = OpenAPIOperation.Parameter.path("version", "Number of the version.")
    private static let streams = ["application/x-ndjson", "text/event-stream"]

    private static let operations: [OpenAPIOperation] = [
        OpenAPIOperation(
            method: "post", path: "/train",
            summary: "Queues a training job; with validate_only answers 200 with a plan.",
            parameters: [
                .query("validate_only", "Check and plan, queue nothing.", ["type": "boolean"]),
                .header(
                    "Idempotency-Key",
                    "A repeat with the same key and body answers the first job. A key is its tenant's own."),
            ], request: "TrainRequest", status: "202", answer: "Job",
            problems: ["400", "409", "413", "415", "422", "503", "507"]),
        OpenAPIOperation(
            method: "post", path: "/predict",
            summary: "Predicts; with \"stream\": true as events, one a line or Server-Sent Events.",
            request: "PredictRequest", mediaTypes: ["application/json"] + streams, answer: "PredictAnswer",
            problems: ["400", "404", "413", "415", "422", "503"]),
        OpenAPIOperation(
            method: "get", path: "/jobs", summary: "The tenant's jobs, newest first.",
            parameters: [
                .query(
                    "status", "Only this status.",
                    ["type": "string", "enum": ["queued", "running", "paused", "succeeded", "failed", "cancelled"]]),
                .query("model", "Only this model.", ["type": "string"]),
                .query("limit", "Rows of a page.", ["type": "integer", "minimum": 1]),
                .query("after", "Id of the last job of the page before.", ["type": "string"]),
            ], answer: "JobList", problems: ["400", "404"]),
        OpenAPIOperation(
            method: "get", path: "/jobs/{id}", summary: "A job.", parameters: [job], answer: "Job", problems: ["404"]),
        OpenAPIOperation(
            method: "get", path: "/jobs/{id}/events",
            summary:
                "A job's events, history and then live, to its last one. "
                + "A server that stops ends it with an event of the type end.",
            parameters: [
                job, .query("follow", "false: history only.", ["type": "boolean", "default": true]),
                .query("after", "Id of the last event known.", ["type": "integer"]),
                .header("Last-Event-ID", "As after."),
            ],
            mediaTypes: streams, answer: "JobEvent", problems: ["400", "404"]),
        OpenAPIOperation(
            method: "get", path: "/jobs/{id}/gradients",
            summary: "The norm of dLoss/dh by time lag for each layer, over the training so far.",
            parameters: [job], answer: "Gradients", problems: ["404"]),
        OpenAPIOperation(
            method: "post", path: "/jobs/{id}/cancel", summary: "Cancels a job.", parameters: [job], status: "202",
            answer: "Job", problems: ["404", "409"]),
        OpenAPIOperation(
            method: "post", path: "/jobs/{id}/pause", summary: "Saves a checkpoint and pauses a job.",
            parameters: [job], status: "202", answer: "Job", problems: ["404", "409"]),
        OpenAPIOperation(
            method: "post", path: "/jobs/{id}/resume", summary: "Puts a paused job back into the queue.",
            parameters: [job], status: "202", answer: "Job", problems: ["404", "409"]),
        OpenAPIOperation(method: "get", path: "/models", summary: "The tenant's models.", answer: "ModelList"),
        OpenAPIOperation(
            method: "get", path: "/models/{name}", summary: "A model with its versions.", parameters: [model],
            answer: "Model", problems: ["404"]),
        OpenAPIOperation(
            method: "delete", path: "/models/{name}", summary: "Deletes a model with all versions.",
            parameters: [model], status: "204", problems: ["404"]),
        OpenAPIOperation(
            method: "post", path: "/models/{name}/labels", summary: "Sets labels; null removes one.",
            parameters: [model], request: "Labels", answer: "Model",
            problems: ["400", "404", "409", "413", "415", "422", "503"]),
        OpenAPIOperation(
            method: "put", path: "/models/{name}/versions",
            summary:
                "Imports a safetensors file as a new version. The settings are in the query, or in the file's "
                + "__metadata__ under \"rondo.settings\", as an export has them.",
            parameters: [
                model, .content("settings", "What the tensors are.", OpenAPIOperation.reference("ImportSettings")),
                .query(
                    "promote", "May the version take the label stable?",
                    ["type": "string", "enum": ["always", "never"], "default": "always"]),
            ], requestMediaType: "application/octet-stream", status: "201", answer: "ModelVersion",
            problems: ["400", "409", "413", "415", "422", "503", "507"]),
        OpenAPIOperation(
            method: "get", path: "/models/{name}/versions/{version}", summary: "A version and its description.",
            parameters: [model, version], answer: "ModelVersion", problems: ["404"]),
        OpenAPIOperation(
            method: "delete", path: "/models/{name}/versions/{version}", summary: "Deletes a version.",
            parameters: [model, version], status: "204", problems: ["404"]),
        OpenAPIOperation(
            method: "get", path: "/models/{name}/versions/{version}/weights",
            summary: "The weights as safetensors with PyTorch's names.",
            parameters: [model, version], mediaTypes: ["application/octet-stream"], problems: ["404"]),
        OpenAPIOperation(
            method: "get", path: "/models/{name}/versions/{version}/onnx",
            summary: "The network as an ONNX graph; a transformer, encoder-decoder or pointer network has none.",
            parameters: [model, version],
            mediaTypes: ["application/octet-stream"], problems: ["404", "409", "422"]),
        OpenAPIOperation(
            method: "get", path: "/healthz", summary: "The process is alive.", answer: "Status", isOpen: true),
        OpenAPIOperation(
            method: "get", path: "/readyz", summary: "The server takes requests.", answer: "Status", isOpen: true,
            problems: ["503"]),
        OpenAPIOperation(
            method: "get", path: "/version", summary: "Name and version; with limits=true, for an admin, every limit.",
            parameters: [.query("limits", "List the limits.", ["type": "boolean"])], answer: "Version", isOpen: true,
            problems: ["401", "403"]),
        OpenAPIOperation(
            method: "get", path: "/metrics", summary: "Counters and gauges for Prometheus.",
            mediaTypes: ["text/plain"]),
        OpenAPIOperation(method: "get", path: "/openapi.json", summary: "This document.", answer: "Any", isOpen: true),
    ]
}
