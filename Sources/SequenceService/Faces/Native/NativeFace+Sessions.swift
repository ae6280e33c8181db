import HTTPServer
import HTTPTypes
import JSON

extension NativeFace {
    private static let session = Route<NativeFace>.Parameter.path(
        "id", "Id of the session.", ["type": "string", "minLength": 1], example: .string(OpenAPIExamples.sessionID))

    /// `/sessions`: recurrent state that stays between requests.
    static func sessions(_ limits: ServiceLimits) -> [Route<NativeFace>] {
        [
            Route(
                "sessions/createSession", .post, "/sessions", .predict,
                "Keeps the state of a version that has read a sequence, nothing, or what another session had.",
                content: .json("SessionRequest"), limit: \.predictBodySizeBytesMax,
                answers: [.json("Session", status: 201, fields: [.location])], problems: [404, 409, 422, 503, 507]
            ) { try await $0.sessions.create($1) },
            Route(
                "sessions/listSessions", .get, "/sessions", .predict, "The tenant's sessions, newest first.",
                parameters: [
                    .query("model", "Only those of this model.", ["type": "string"], example: "airline"),
                    .query(
                        "limit", "Sessions of a page.",
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(limits.pageRowsMax),
                            "default": .integer(SessionsEndpoint.limitDefault),
                        ]),
                    .query("after", "The `next_after` of the page before.", ["type": "string"]),
                ], answers: [.json("SessionList")], problems: [404]
            ) { try await $0.sessions.list($1) },
            Route(
                "sessions/getSession", .get, "/sessions/{id}", .predict, "A session.", parameters: [session],
                answers: [.json("Session")], problems: [404]
            ) { try await $0.sessions.get($1) },
            Route(
                "sessions/deleteSession", .delete, "/sessions/{id}", .predict, "Ends a session.",
                parameters: [session], answers: [.nothing()], problems: [404, 409]
            ) { try await $0.sessions.delete($1) },
        ] + steps
    }

    private static let steps: [Route<NativeFace>] = [
        Route(
            "sessions/stepSession", .post, "/sessions/{id}/step", .predict,
            "Reads what is new, and predicts from there what is asked for.",
            parameters: [
                session,
                .header(
                    "Idempotency-Key",
                    "A repeat with the same key and body is answered as before, and reads nothing twice. The last 16 "
                        + "keys of a session are known.",
                    ["type": "string", "pattern": "^[!-~]{1,255}$"], example: "reading-17"),
            ],
            content: .json("SessionStepRequest"), limit: \.predictBodySizeBytesMax,
            answers: [
                Route.Answer(
                    bodies: [.json("SessionStepAnswer"), .events("SessionStepEvent")],
                    text: "The answer, once the new state is on disk; with `\"stream\": true` events.")
            ], problems: [404, 409, 422, 507], staysOnLoop: true
        ) { try await $0.sessions.step($1) },
        Route(
            "sessions/forkSession", .post, "/sessions/{id}/fork", .predict,
            "Another session that stands where this one does.", parameters: [session],
            content: .json("SessionForkRequest"),
            answers: [.json("Session", status: 201, fields: [.location], text: "The new session.")],
            problems: [404, 422, 503, 507]
        ) { try await $0.sessions.fork($1) },
        Route(
            "sessions/getSessionState", .get, "/sessions/{id}/state", .predict,
            "Where a session stands, sealed: for `POST /sessions` and `POST /predict`, here or on a server with the "
                + "same version and the same keys.", parameters: [session], answers: [.json("SessionState")],
            problems: [404, 409]
        ) { try await $0.sessions.state($1) },
        Route(
            "sessions/rebaseSession", .post, "/sessions/{id}/rebase", .predict,
            "Moves a session to another version, which reads the last of the history in place of all before.",
            parameters: [session], content: .json("SessionRebaseRequest"), limit: \.predictBodySizeBytesMax,
            answers: [.json("Session")], problems: [404, 409, 422, 507]
        ) { try await $0.sessions.rebase($1) },
    ]
}
