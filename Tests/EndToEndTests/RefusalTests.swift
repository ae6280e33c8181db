import JSON
import TestSupport
import Testing

/// Wrong requests get the right status and name the place of each fault; nothing of them stays.
@Suite(.serialized) struct RefusalTests {
    struct Case: Sendable {
        let method: String
        let path: String
        let body: String?
        let status: Int
        let pointer: String?
        let headers: [String]

        init(
            _ method: String, _ path: String, _ body: String?, _ status: Int, _ pointer: String? = nil,
            headers: [String] = []
        ) {
            (self.method, self.path, self.body, self.status, self.pointer, self.headers) = (
                method, path, body, status, pointer, headers
            )
        }
    }

    static let cases = [
        Case("POST", "/train", "{", 400), Case("POST", "/train", "", 400),
        Case("POST", "/train", #"{"model":"a","model":"b"}"#, 400),
        Case("POST", "/train", #"{"model":"m","sequences":[[1e999]]}"#, 400), Case("POST", "/train", "[]", 422, ""),
        Case("POST", "/train", #"{"sequences":[[1,2,3]]}"#, 422, "/model"),
        Case("POST", "/train", #"{"model":"../x","sequences":[[1,2,3]]}"#, 422, "/model"),
        Case("POST", "/train", #"{"model":"m"}"#, 422, ""),
        Case("POST", "/train", #"{"model":"m","sequences":[]}"#, 422, "/sequences"),
        Case("POST", "/train", #"{"model":"m","sequences":[1,2]}"#, 422, "/sequences"),
        Case("POST", "/train", #"{"model":"m","sequences":[[1,2],[3,"x"]]}"#, 422, "/sequences/1/1"),
        Case("POST", "/train", #"{"model":"m","sequences":[[[1,2],[3]]]}"#, 422, "/sequences/0/1"),
        Case("POST", "/train", #"{"model":"m","sequences":[{"input":[1,2],"target":{}}]}"#, 422, "/sequences/0/target"),
        Case("POST", "/train", #"{"model":"m","sequences":[[1,2,3]],"netwrk":{}}"#, 422, "/netwrk"),
        Case("POST", "/train", #"{"model":"m","sequences":[[1,2,3]],"network":{"hidden":-1}}"#, 422, "/network/hidden"),
        Case(
            "POST", "/train", #"{"model":"m","sequences":[[1,2,3]],"network":{"hidden":1e300}}"#, 422, "/network/hidden"
        ),
        Case("POST", "/train", #"{"model":"m","sequences":[[1,2,3]],"network":{"cell":"gruu"}}"#, 422, "/network/cell"),
        Case(
            "POST", "/train", #"{"model":"m","text":"abcabcabc","network":{"cell":"gru","projection":4}}"#, 422,
            "/network/projection"),
        Case(
            "POST", "/train", #"{"model":"m","text":"abcabcabc","network":{"hidden":8,"projection":8}}"#, 422,
            "/network/projection"),
        Case(
            "POST", "/train", #"{"model":"m","text":"abcabcabc","network":{"gru_reset":"before"}}"#, 422,
            "/network/gru_reset"),
        Case(
            "POST", "/train", #"{"model":"m","text":"abcabcabc","network":{"cell":"gru","gru_reset":"never"}}"#, 422,
            "/network/gru_reset"),
        Case(
            "POST", "/train", #"{"model":"m","text":"abcabcabc","network":{"layer_norm":"yes"}}"#, 422,
            "/network/layer_norm"),
        Case(
            "POST", "/train", #"{"model":"m","text":"abcabcabc","network":{"recurrent_dropout":1}}"#, 422,
            "/network/recurrent_dropout"),
        Case("POST", "/train", #"{"model":"m","sequences":[[1,2,3]],"training":{"seed":-1}}"#, 422, "/training/seed"),
        Case("POST", "/train", #"{"model":"m","sequences":[[1,2,3]],"promote":"sometimes"}"#, 422, "/promote"),
        Case("POST", "/train", #"{"model":"m","sequences":[[1,2,3]],"metadata":5}"#, 422, "/metadata"),
        Case("POST", "/train", #"{"model":"m","text":5}"#, 422, "/text"),
        Case("POST", "/train", #"{"model":"m","text":""}"#, 422, "/text"),
        Case("POST", "/train", "a=b", 415, headers: ["Content-Type: application/x-www-form-urlencoded"]),
        Case("POST", "/predict", "{}", 415, headers: ["Content-Type: text/plain;charset=UTF-8"]),
        Case("POST", "/train", "{}", 415, headers: ["Content-Type: multipart/form-data; boundary=application/json"]),
        Case("POST", "/models/wave/labels", #"{"stable":1}"#, 415, headers: ["Content-Type:"]),
        Case("POST", "/train", "{}", 415, headers: ["Content-Encoding: br"]),
        Case("POST", "/train", "{}", 400, headers: ["Content-Encoding: gzip"]),
        Case("POST", "/train?validate_only=perhaps", "{}", 400),
        Case("POST", "/train", Samples.forecast, 400, headers: ["Idempotency-Key: a b"]),
        Case("POST", "/predict", #"{"model":"nothing","sequence":[1]}"#, 404),
        Case("POST", "/predict", #"{"model":"wave@9","sequence":[1]}"#, 404),
        Case("POST", "/predict", #"{"model":"wave@beta","sequence":[1]}"#, 404),
        Case("POST", "/predict", #"{"model":"wa/ve","sequence":[1]}"#, 422, "/model"),
        Case("POST", "/predict", #"{"model":"wave"}"#, 422, "/sequence"),
        Case("POST", "/predict", #"{"model":"wave","sequence":"text"}"#, 422, "/sequence"),
        Case("POST", "/predict", #"{"model":"wave","sequence":[1,2],"prompt":"x"}"#, 422, "/prompt"),
        Case("POST", "/predict", #"{"model":"wave","sequences":[[1,2,3],[1,"x"]]}"#, 422, "/sequences/1/1"),
        Case("POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"horizon":0}"#, 422, "/horizon"),
        Case(
            "POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"horizon":9223372036854775807}"#, 422, "/horizon"),
        Case("POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"quantiles":[2]}"#, 422),
        Case(
            "POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"quantiles":[0.5,0.9,0.5]}"#, 422, "/quantiles/2"),
        Case("POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"temperature":0.5}"#, 422, "/temperature"),
        Case("POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"top":1}"#, 422, "/top"),
        Case("POST", "/predict", #"{"model":"wave","prompt":[1,2,3]}"#, 422, "/prompt"),
        Case("POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"stream":"yes"}"#, 422, "/stream"),
        Case("POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"horizn":3}"#, 422, "/horizn"),
        Case("GET", "/jobs/job_nothing", nil, 404), Case("POST", "/jobs/job_nothing/cancel", nil, 404),
        Case("GET", "/jobs/job_nothing/events", nil, 404),
        Case("GET", "/jobs?status=lost", nil, 400), Case("GET", "/jobs?limit=0", nil, 400),
        // A number has one spelling.
        Case("GET", "/jobs?limit=%2B1", nil, 400), Case("GET", "/jobs?limit=01", nil, 400),
        Case("GET", "/jobs?limit=1_0", nil, 400), Case("GET", "/jobs?limit=%D9%A1", nil, 400),
        Case("GET", "/models/wave/versions/+1", nil, 404), Case("GET", "/models/wave/versions/01", nil, 404),
        Case("GET", "/models/wave/versions/1_0/onnx", nil, 404),
        Case("GET", "/models/wave/versions/%EF%BC%91/weights", nil, 404),
        Case("DELETE", "/models/wave/versions/-1", nil, 404), Case("DELETE", "/models/wave/versions/+1", nil, 404),
        Case("POST", "/predict", #"{"model":"wave@01","sequence":[1]}"#, 422, "/model"),
        Case("POST", "/predict", #"{"model":"wave@+1","sequence":[1]}"#, 422, "/model"),
        Case("POST", "/predict", #"{"model":"wave@0","sequence":[1]}"#, 422, "/model"),
        Case("POST", "/predict", #"{"model":"wave@99999999999999999999","sequence":[1]}"#, 422, "/model"),
        Case("POST", "/models/wave/labels", #"{"07":1}"#, 422, "/07"),
        Case("POST", "/models/wave/labels", #"{"99999999999999999999":1}"#, 422, "/99999999999999999999"),
        Case("GET", "/jobs?after=job_nothing", nil, 404),
        Case("GET", "/models/nothing", nil, 404), Case("GET", "/models/wave/versions/x/weights", nil, 404),
        Case("DELETE", "/models/nothing", nil, 404),
        Case("DELETE", "/models/wave/versions/9", nil, 404),
        Case("POST", "/models/wave/labels", #"{"stable":9}"#, 422, "/stable"),
        Case("POST", "/models/wave/labels", #"{"7":1}"#, 422, "/7"), Case("POST", "/models/wave/labels", "{}", 422, ""),
        Case("GET", "/nothing", nil, 404), Case("PUT", "/train", "{}", 405), Case("POST", "/healthz", nil, 405),
    ]

    @Test func table() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.forecast))
        for item in Self.cases {
            let answer = try server.request(item.method, item.path, item.body, headers: item.headers)
            let place: Comment =
                "\(item.method) \(item.path) \(item.body ?? "") answered \(answer.status) \(answer.text)"
            #expect(answer.status == item.status, place)
            #expect(answer.headers["content-type"] == "application/problem+json", place)
            #expect(
                answer.json["status"]?.asInt == item.status && answer.json["title"]?.asString?.isEmpty == false, place)
            if let pointer = item.pointer {
                #expect(answer.json["errors"]?.elements?.contains { $0["pointer"]?.asString == pointer } == true, place)
            }
            if item.status == 405 { #expect(answer.headers["allow"] != nil, place) }
        }
        #expect(try server.request("GET", "/jobs").json["jobs"]?.elements?.count == 1)
    }

    @Test func limitsAreAnswered() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(
            data: directory,
            arguments: ["--queue-length-max", "1", "--train-body-bytes-max=20000", "--predict-sequences-max", "2"])
        let running = try server.train(Samples.long(epochs: 10_000))
        try server.wait(for: "the job to run") {
            try server.request("GET", "/jobs/\(running)").json["status"]?.asString == "running"
        }
        let queued = try server.train(Samples.forecast)
        let refused = try server.request("POST", "/train", Samples.language())
        #expect(refused.status == 503)
        #expect(refused.headers["retry-after"].flatMap { Int($0) } ?? 0 >= 1)
        #expect(try server.request("POST", "/train", String(repeating: " ", count: 20_001)).status == 413)
        for id in [queued, running] { try server.request("POST", "/jobs/\(id)/cancel") }
        #expect(try server.finished(running)["status"]?.asString == "cancelled")
        #expect(try server.request("GET", "/version?limits=true").json["limits"]?["queue_length_max"]?.asInt == 1)
    }

    @Test func theMemoryBudgetIsStatedAndKept() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--training-memory-bytes-max", "6000000"])
        let plan = try server.request("POST", "/train?validate_only=true", Samples.language(extra: #","stride":8"#))
        #expect(plan.status == 200 && plan.json["memory_bytes_max"]?.asInt == 6_000_000)
        #expect(plan.json["estimated_memory_bytes"]?.asInt ?? .max < 6_000_000)
        #expect(
            plan.json["settings"]?["training"]?["stride"]?.asInt == 8
                && plan.json["settings"]?["training"]?["window"]?.asInt == 32)
        let wide = Samples.language().replacing(#""window":32"#, with: #""window":1500"#).replacing(
            #""hidden":16"#, with: #""hidden":40"#)
        let refused = try server.request("POST", "/train", wide)
        #expect(refused.status == 422 && refused.json["errors"]?[0]?["pointer"]?.asString == "/training/window")
        #expect(refused.json["detail"]?.asString?.contains("a window of") == true)
    }

    @Test func theTimeOfAJobIsStatedAndKept() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--training-seconds-max", "3600"])
        let plan = try server.request("POST", "/train?validate_only=true", Samples.forecast)
        #expect(plan.status == 200 && plan.json["seconds_max"]?.asDouble == 3600)
        #expect(plan.json["estimated_seconds"]?.asDouble ?? .infinity < 3600)
        func endless(_ extra: String = "") -> String { Samples.language(epochs: 100_000, hidden: 512, extra: extra) }
        let refused = try server.request("POST", "/train", endless())
        #expect(refused.status == 422 && refused.json["errors"]?[0]?["pointer"]?.asString == "/training/epochs")
        #expect(refused.json["detail"]?.asString?.contains("at most 3600 are allowed") == true)
        #expect(try server.request("POST", "/train?validate_only=true", endless(#","max_seconds":3600"#)).status == 200)
        #expect(
            try server.request("POST", "/train", endless(#","max_seconds":3601"#)).json["errors"]?[0]?["pointer"]?
                .asString == "/training/max_seconds")
    }

    @Test func repeatedKeyAnswersTheFirstJob() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let key = ["Idempotency-Key: abc-1"]
        let first = try server.request("POST", "/train", Samples.forecast, headers: key)
        let second = try server.request("POST", "/train", Samples.forecast, headers: key)
        #expect(first.status == 202 && second.status == 202 && first.json["id"] == second.json["id"])
        #expect(try server.request("POST", "/train", Samples.language(), headers: key).status == 409)
        let plan = try server.request("POST", "/train?validate_only=true", Samples.forecast)
        #expect(plan.status == 200 && plan.json["settings"]?["network"]?["hidden"]?.asInt == 8)
        #expect(try server.request("GET", "/jobs").json["jobs"]?.elements?.count == 1)
    }
}
