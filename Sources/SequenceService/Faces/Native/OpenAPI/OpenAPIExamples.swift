import JSON

/// Examples of bodies, by the name of their schema.
enum OpenAPIExamples {
    static let jobID = "job_01M8HQ576PFE5MV3V1NX7BYPC0"

    static let sessionID = "ses_01M8HQ576PFE5MV3V1NX7BYPC0"

    private static let session: JSONValue = [
        "id": .string(sessionID), "object": "session", "model": "airline@1", "task": "forecast", "steps": 144,
        "state_bytes": 4184, "created_at": "2026-11-28T18:37:29.611Z", "stepped_at": "2026-11-28T18:40:02.107Z",
        "expires_at": "2026-12-28T18:40:02.107Z", "metadata": ["sensor": "north"], "owner": .null,
    ]

    static let bodies: [String: JSONValue] = [
        "TrainRequest": [
            "model": "airline", "sequences": [[112, 118, 132, 129, 121, 135, 148, 148, 136, 119]],
            "forecast": ["horizon": 2], "training": ["epochs": 60],
        ],
        "Job": job, "JobList": ["object": "list", "jobs": [job], "has_more": false, "next_after": .null],
        "TrainingPlan": [
            "object": "plan", "model": "airline", "task": "forecast", "sequences": 1, "validation_sequences": .null,
            "roles": .null, "settings": ["task": "forecast"], "from": .null, "parameters": 4769, "steps_per_epoch": 1,
            "estimated_flops": 20_500_000, "estimated_memory_bytes": 912_384, "memory_bytes_max": 4_294_967_296,
            "estimated_seconds": 0.4, "estimated_seconds_range": [0.2, 0.9], "seconds_max": 2_592_000, "audit": [],
        ],
        "JobEvent": [
            "id": 5, "at": "2026-11-28T18:37:24.198Z", "type": "metrics", "step": 13, "steps": 600, "epoch": 2,
            "epochs": 60, "train_loss": 1.373, "validation_loss": 1.104, "learning_rate": 0.0022,
            "gradient_norm": 0.492, "tokens_per_second": 12507, "gate_saturation": [0],
        ],
        "Gradients": [
            "job": .string(jobID),
            "pictures": [
                [
                    "step": 1, "epoch": 1, "lags": [0, 1, 2], "layers": [[0.31, 0.2, 0.13]],
                    "warning": .null,
                ]
            ],
        ],
        "PredictRequest": ["model": "airline", "sequence": [340, 318, 362, 348], "horizon": 2],
        "PredictAnswer": [
            "model": "airline@1", "task": "forecast",
            "predictions": [
                [
                    "mean": [357.5, 369.1],
                    "quantiles": ["0.1": [329.5, 335.5], "0.9": [386.6, 403.2]],
                ]
            ],
            "timing": ["queue_ms": 0.052, "compute_ms": 0.104, "batch_rows": 1],
        ],
        "EvaluateRequest": ["model": "airline", "sequences": [[340, 318, 362, 348, 363, 435, 491]], "horizon": 2],
        "EvaluateAnswer": [
            "model": "airline@1", "task": "forecast", "metrics": ["mase": 0.81, "coverage_0.8": 0.79],
            "baselines": ["seasonal_naive": ["mase": 1]], "skill": 0.19, "skill_error": 0.04,
            "measured_on": "12 series × 4 origins", "verdict": "better than seasonal naive by 19 ± 4 %",
        ],
        "PredictEvent": [
            "sequence": 0, "step": 1, "mean": 357.5, "quantiles": ["0.1": 329.5, "0.9": 386.6],
        ],
        "RecordRow": ["date": "2026-01-01", "store": "north", "sales": 12.5],
        "Labels": ["stable": 3, "beta": .null],
        "Model": [
            "name": "airline", "object": "model", "task": "forecast", "labels": ["stable": 1],
            "versions": [
                [
                    "version": 1, "created_at": "2026-11-28T18:37:29.611Z", "job": .string(jobID),
                    "labels": ["stable"], "task": "forecast", "parameters": 4769, "skill": 0.19,
                    "verdict": "better than seasonal naive",
                ]
            ], "updated_at": "2026-11-28T18:37:29.611Z", "owner": .null,
        ],
        "ModelList": [
            "object": "list",
            "models": [
                [
                    "name": "airline", "object": "model", "task": "forecast", "labels": ["stable": 1],
                    "versions": [1], "metrics": ["mase": 0.81], "skill": 0.19,
                    "updated_at": "2026-11-28T18:37:29.611Z", "owner": .null,
                ]
            ],
        ],
        "ModelVersion": [
            "name": "airline", "object": "version", "version": 1, "created_at": "2026-11-28T18:37:29.611Z",
            "job": .string(jobID), "labels": ["stable"], "task": "forecast",
            "inputs": ["kind": "numeric", "channels": 1], "parameters": 4769, "skill": 0.19,
            "verdict": "better than seasonal naive", "size_bytes": 19_884,
        ],
        "Session": session,
        "SessionList": ["object": "list", "sessions": [session], "has_more": false, "next_after": .null],
        "SessionRequest": ["model": "airline", "sequence": [340, 318, 362, 348], "metadata": ["sensor": "north"]],
        "SessionStepRequest": ["sequence": [363], "horizon": 2],
        "SessionForkRequest": ["metadata": ["sensor": "north, without the storm"]],
        "SessionRebaseRequest": ["model": "airline@2", "sequence": [340, 318, 362, 348, 363]],
        "SessionState": ["model": "airline@1", "steps": 145, "state": "UlNUMW8cCdL1"],
        "SessionStepAnswer": [
            "session": .string(sessionID), "model": "airline@1", "task": "forecast", "steps": 145,
            "predictions": [["mean": [412.3, 436.9], "quantiles": ["0.1": [391.2, 408.8], "0.9": [433.4, 465]]]],
            "timing": ["queue_ms": 0.052, "compute_ms": 0.104, "batch_rows": 1],
        ],
        "SessionStepEvent": [
            "sequence": 0, "step": 1, "mean": 412.3, "quantiles": ["0.1": 391.2, "0.9": 433.4],
        ],
        "Status": ["status": "ok"],
        "Usage": [
            "object": "usage", "disk": ["free_bytes": 8_123_456_789, "total_bytes": 10_000_000_000],
            "bytes": [
                "models": 61_234, "data": 0, "checkpoints": 0, "database": 98_304, "reserve": 16_777_216,
                "other": 412,
            ],
            "owners": [["owner": .null, "versions": 3, "models": 61_234, "data": 0, "checkpoints": 0]],
        ],
        "ServerVersion": ["name": "rondo", "version": .string(ServiceVersion.number)],
        "Index": [
            "name": "rondo", "version": .string(ServiceVersion.number),
            "description": .string(OpenAPIDocument.purpose), "links": ["document": "/openapi.json"],
        ],
    ]

    private static let job: JSONValue = [
        "id": .string(jobID), "object": "job", "status": "running", "model": "airline", "version": .null,
        "task": "forecast", "created_at": "2026-11-28T18:37:23.542Z", "started_at": "2026-11-28T18:37:23.593Z",
        "finished_at": .null, "estimated_finish": "2026-11-28T18:37:29.600Z", "queue_position": .null, "attempt": 1,
        "progress": [
            "epoch": 2, "epochs": 60, "step": 13, "steps": 600, "tokens": 1248, "tokens_per_second": 12507,
        ],
        "metrics": ["train_loss": 1.373, "validation_loss": 1.104], "settings": ["task": "forecast"],
        "roles": .null, "from": .null, "retry_of": .null, "result": .null, "error": .null, "promote": "always",
        "metadata": [:],
        "owner": .null,
    ]
}
