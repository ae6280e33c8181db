import Glibc
import JSON
import TestSupport
import Testing

/// Tenants cannot see each other's objects: over every route of the real binary.
@Suite(.serialized) struct TenantTests {
    /// What a route does with an object of somebody else.
    private enum Rule {
        /// Answers it byte for byte as one that is not there.
        case missing(Int)
        /// Says that the name is taken.
        case taken
        /// Lists none of it.
        case silent
        /// Says that it is not for the holders of such keys.
        case refused
    }

    /// Every row of the faces. `{id}` and `{name}` are put in, in the body, too.
    private static let routes: [(method: String, path: String, body: String?, rule: Rule)] = [
        ("POST", "/train", Samples.forecast.replacing("\"wave\"", with: "\"{name}\""), .taken),
        ("POST", "/predict", #"{"model":"{name}","sequence":[1,2,3]}"#, .missing(404)),
        ("POST", "/evaluate", #"{"model":"{name}","sequences":[[1,2,3,4]]}"#, .missing(404)),
        (
            "POST", "/v1/timeseries/forecast",
            #"{"model":"{name}","inputs":[{"type":"univariate_time_series","name":"a","series":[1,2,3],"#
                + #""frequency":"D"}],"options":{"horizon":2}}"#, .missing(404)
        ),
        ("GET", "/jobs", nil, .silent),
        ("GET", "/jobs/{id}", nil, .missing(404)),
        ("GET", "/jobs/{id}/events", nil, .missing(404)),
        ("GET", "/jobs/{id}/gradients", nil, .missing(404)),
        ("POST", "/jobs/{id}/cancel", nil, .missing(404)),
        ("POST", "/jobs/{id}/pause", nil, .missing(404)),
        ("POST", "/jobs/{id}/resume", nil, .missing(404)),
        ("POST", "/jobs/{id}/retry", nil, .missing(404)),
        ("DELETE", "/jobs/{id}", nil, .missing(404)),
        ("POST", "/sessions", #"{"model":"{name}","sequence":[1,2,3]}"#, .missing(404)),
        ("GET", "/sessions", nil, .silent),
        ("GET", "/sessions/{id}", nil, .missing(404)),
        ("POST", "/sessions/{id}/step", #"{"sequence":[1]}"#, .missing(404)),
        ("POST", "/sessions/{id}/fork", "{}", .missing(404)),
        ("GET", "/sessions/{id}/state", nil, .missing(404)),
        ("POST", "/sessions/{id}/rebase", #"{"model":"{name}","sequence":[1,2,3]}"#, .missing(404)),
        ("DELETE", "/sessions/{id}", nil, .missing(404)),
        ("GET", "/models", nil, .silent),
        ("GET", "/models/{name}", nil, .missing(404)),
        ("DELETE", "/models/{name}", nil, .missing(404)),
        ("POST", "/models/{name}/labels", #"{"stable":1}"#, .missing(404)),
        ("PUT", "/models/{name}/versions", "", .taken),
        ("GET", "/models/{name}/versions/{version}", nil, .missing(404)),
        ("DELETE", "/models/{name}/versions/{version}", nil, .missing(404)),
        ("GET", "/models/{name}/versions/{version}/weights", nil, .missing(404)),
        ("GET", "/models/{name}/versions/{version}/onnx", nil, .missing(404)),
        ("POST", "/invocations", #"{"instances":[{"target":[1,2,3]}]}"#, .missing(404)),
        ("GET", "/ping", nil, .silent),
        ("GET", "/execution-parameters", nil, .silent),
        ("GET", "/", nil, .silent),
        ("GET", "/healthz", nil, .silent),
        ("GET", "/readyz", nil, .silent),
        ("GET", "/version", nil, .silent),
        ("GET", "/metrics", nil, .silent),
        ("GET", "/usage", nil, .silent),
        ("POST", "/backup", nil, .refused),
        ("GET", "/openapi.json", nil, .silent),
    ]

    /// More requests that name an object: where it is not in the path alone.
    private static let others: [(method: String, path: String, body: String?, rule: Rule)] = [
        ("POST", "/predict", #"{"model":"{name}@1","sequences":[[1,2,3],[4,5,6]]}"#, .missing(404)),
        ("POST", "/predict", #"{"model":"{name}@stable","sequence":[1,2,3],"stream":true}"#, .missing(404)),
        (
            "POST", "/train", Samples.forecast.replacing("\"wave\"", with: "\"child\",\"from\":\"{name}@1\""),
            .missing(422)
        ),
        ("POST", "/train?validate_only=true", Samples.forecast.replacing("\"wave\"", with: "\"{name}\""), .taken),
        ("GET", "/jobs?after={id}", nil, .missing(404)),
        ("GET", "/jobs?model={name}", nil, .missing(200)),
        ("GET", "/sessions?after={id}", nil, .missing(404)),
        ("GET", "/sessions?model={name}", nil, .missing(200)),
        ("POST", "/models/{name}/labels", #"{"stable":null}"#, .missing(404)),
    ]

    private func key(_ name: String, _ role: String, tenant: String?, _ directory: TemporaryDirectory) throws
        -> [String]
    {
        let option = tenant.map { ["--owner", $0] } ?? []
        let process = try ChildProcess(
            ["keys", "add", name, "--role", role, "--data", directory.path + "/data"] + option, in: directory)
        #expect(process.wait() == 0, "\(process.errors)")
        return ["Authorization: Bearer \(process.output.dropLast())"]
    }

    /// Trains as the holder of a key and answers the finished job.
    private func train(_ model: String, _ key: [String], _ server: TestServer, extra: [String] = []) throws -> JSONValue
    {
        let body = Samples.forecast.replacing("\"wave\"", with: "\"\(model)\"")
        let answer = try server.request("POST", "/train", body, headers: key + extra)
        guard answer.status == 202, let id = answer.json["id"]?.asString else {
            throw TestFailure("train: \(answer.status) \(answer.text)")
        }
        _ = try server.request("GET", "/jobs/\(id)/events", headers: key)
        return try server.request("GET", "/jobs/\(id)", headers: key).json
    }

    /// A new route without a row above is a route that nobody has asked whose objects it shows.
    @Test func everyRouteIsInTheTable() throws {
        let directory = try TemporaryDirectory()
        let document = try TestServer(data: directory).request("GET", "/openapi.json").json
        let paths = try #require(document["paths"]?.object).members
        let found = paths.flatMap { path, item in (item.object?.keys ?? []).map { "\($0.uppercased()) \(path)" } }
        #expect(found.sorted() == Self.routes.map { "\($0.method) \($0.path)" }.sorted() && found.count > 20)
    }

    @Test func anothersObjectIsAsOneThatIsNotThere() throws {
        let directory = try TemporaryDirectory()
        let owner = try key("ann", "admin", tenant: "a", directory)
        // Of equal length, and as like to the one name that a foreigner may be reminded of.
        let (theirs, absent) = ("secret1", "secret2")
        let foreigners = try [key("bob", "admin", tenant: "b", directory), key("cid", "train", tenant: nil, directory)]
        let root = try key("root", "admin", tenant: nil, directory)
        let server = try TestServer(data: directory)
        let job = try train(theirs, owner, server)
        #expect(job["status"]?.asString == "succeeded" && job["owner"]?.asString == "a", "\(job.text)")
        let jobID = try #require(job["id"]?.asString)
        let session = try server.request(
            "POST", "/sessions", #"{"model":"\#(theirs)","sequence":[1,2,3]}"#, headers: owner)
        let sessionID = try #require(session.json["id"]?.asString, "\(session.text)")
        #expect(session.json["owner"]?.asString == "a")
        #expect(try train("secret3", foreigners[0], server)["owner"]?.asString == "b")

        for foreigner in foreigners {
            for route in Self.routes + Self.others {
                let id = route.path.hasPrefix("/sessions") ? sessionID : jobID
                let theirAnswer = try ask(server, route, foreigner, name: theirs, id: id)
                let absentAnswer = try ask(server, route, foreigner, name: absent, id: String(id.dropLast(4)) + "0000")
                let place = "\(route.method) \(route.path): \(theirAnswer.status) \(theirAnswer.text.prefix(300))"
                switch route.rule {
                case .missing(let status):
                    // A role may forbid the route: to both alike.
                    #expect(
                        theirAnswer.status == status || (theirAnswer.status == 403 && foreigner == foreigners[1]),
                        "\(place)")
                    #expect(
                        theirAnswer.status == absentAnswer.status
                            && clean(theirAnswer.headers) == clean(absentAnswer.headers), "\(place)")
                    let text = theirAnswer.text.replacing(theirs, with: absent).replacing(
                        id, with: String(id.dropLast(4)) + "0000")
                    #expect(text == absentAnswer.text, "\(place)")
                case .taken:
                    #expect(
                        theirAnswer.status == 409
                            && theirAnswer.json["detail"]?.asString
                                == "the name '\(theirs)' is taken; choose another one for the model",
                        "\(place)")
                case .refused: #expect(theirAnswer.status == 403 && !theirAnswer.text.contains(theirs), "\(place)")
                case .silent:
                    #expect(
                        theirAnswer.status == 200 && !theirAnswer.text.contains(theirs)
                            && !theirAnswer.text.contains(id), "\(place)")
                }
            }
        }
        // Nothing of it has changed anything, and who may see it does: owner and admin.
        for key in [owner, root] {
            #expect(try server.request("GET", "/models/\(theirs)", headers: key).json["labels"]?["stable"]?.asInt == 1)
            #expect(
                try server.request("GET", "/models", headers: key).text.contains(theirs)
                    && server.request("GET", "/jobs", headers: key).text.contains(jobID))
            #expect(try server.request("GET", "/sessions/\(sessionID)", headers: key).json["steps"]?.asInt == 3)
            #expect(try server.request("GET", "/models/\(theirs)/versions/1/weights", headers: key).status == 200)
            #expect(
                try server.request("POST", "/predict", #"{"model":"\#(theirs)","sequence":[1,2,3]}"#, headers: key)
                    .status == 200)
        }
        #expect(
            try server.request("GET", "/models", headers: root).json["models"]?.elements?.map { $0["owner"]?.asString }
                == ["a", "b"])
        #expect(server.stop() == 0)
    }

    private func ask(
        _ server: TestServer, _ route: (method: String, path: String, body: String?, rule: Rule), _ key: [String],
        name: String, id: String
    ) throws -> TestAnswer {
        // Only a refusal may be asked with a name that is not there: it would else be made.
        if case .taken = route.rule, name == "secret2" { return TestAnswer(status: 0, headers: [:], body: []) }
        func filled(_ text: String) -> String {
            text.replacing("{name}", with: name).replacing("{id}", with: id).replacing("{version}", with: "1")
        }
        let type = route.method == "PUT" ? ["Content-Type: application/octet-stream"] : []
        let target = route.path == "/invocations" ? ["X-Amzn-SageMaker-Target-Model: \(name)"] : []
        return try server.request(
            route.method, filled(route.path), route.body.map(filled), headers: key + type + target)
    }

    private func clean(_ headers: [String: String]) -> [String: String] {
        headers.filter { $0.key != "x-request-id" && $0.key != "date" }
    }

    /// A team of several keys shares its tenant's objects; keys of Idempotency-Key are each tenant's own; an admin
    /// works for whose the name is.
    @Test func tenantsShareWithTheirOwnKeysOnly() throws {
        let directory = try TemporaryDirectory()
        let trainer = try key("ann", "train", tenant: "a", directory),
            reader = try key("app", "predict", tenant: "a", directory)
        let other = try key("bob", "train", tenant: "b", directory),
            root = try key("root", "admin", tenant: nil, directory)
        let list = try ChildProcess(["keys", "list", "--data", directory.path + "/data"], in: directory)
        #expect(
            list.wait() == 0
                && list.output.split(separator: "\n").map { $0.split(separator: " ").last }
                    == ["owner", "a", "a", "b", "-"],
            "\(list.output)")
        let refused = try ChildProcess(
            ["keys", "add", "x", "--role", "train", "--owner", "a/b", "--data", directory.path + "/data"], in: directory
        )
        #expect(refused.wait() != 0 && refused.errors.contains("--owner"), "\(refused.errors)")

        let server = try TestServer(data: directory)
        let repeated = ["Idempotency-Key: once"]
        let first = try train("shared", trainer, server, extra: repeated)
        #expect(
            try server.request("POST", "/predict", #"{"model":"shared","sequence":[1,2,3]}"#, headers: reader).status
                == 200)
        #expect(try train("shared", trainer, server, extra: repeated)["id"] == first["id"])
        let second = try train("own", other, server, extra: repeated)
        #expect(second["id"] != first["id"] && second["owner"]?.asString == "b")
        let third = try train("shared", root, server)
        #expect(third["owner"]?.asString == "a" && third["version"]?.asInt == 2)
        let id = third["id"]?.asString ?? ""
        #expect(
            try server.request("GET", "/jobs/\(id)", headers: trainer).status == 200
                && server.request("GET", "/jobs/\(id)", headers: other).status == 404)
        #expect(server.stop() == 0)
    }
}
