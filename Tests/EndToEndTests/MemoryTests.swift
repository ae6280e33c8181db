import JSON
import TestSupport
import Testing

/// What a request may hold and store is bounded, and told before it is computed.
@Suite(.serialized) struct MemoryTests {
    @Test func labelsVersionsAndMetadataHaveLimits() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(
            data: directory,
            arguments: ["--labels-per-model-max", "3", "--versions-per-model-max", "2", "--metadata-bytes-max", "64"])
        #expect(try server.finished(server.train(Samples.forecast))["status"]?.asString == "succeeded")
        func label(_ body: String) throws -> Int {
            try server.request("POST", "/models/wave/labels", body).status
        }
        let many = try server.request("POST", "/models/wave/labels", #"{"a":1,"b":1,"c":1,"d":1}"#)
        #expect(many.status == 422 && many.json["detail"]?.asString?.contains("at most 3") == true, "\(many.text)")
        #expect(try label(#"{"a":1,"b":1}"#) == 200)
        #expect(try label(#"{"c":1}"#) == 409)
        let labels = try server.request("GET", "/models/wave").json["labels"]
        #expect(labels?.object?.count == 3 && labels?["c"] == nil, "all or none of them: \(labels?.text ?? "")")
        #expect(try label(#"{"a":null,"c":1}"#) == 200)

        let note = String(repeating: "x", count: 64)
        let large = try server.request(
            "POST", "/train", Samples.forecast.replacing(#"{"team":"ops"}"#, with: #"{"note":"\#(note)"}"#))
        #expect(large.status == 422 && large.json["errors"]?[0]?["pointer"]?.asString == "/metadata", "\(large.text)")

        #expect(try server.finished(server.train(Samples.forecast))["version"]?.asInt == 2)
        let third = try server.request("POST", "/train", Samples.forecast)
        #expect(third.status == 409 && third.text.contains("the most allowed"), "\(third.text)")
        #expect(try server.request("DELETE", "/models/wave/versions/2").status == 204)
        #expect(try server.request("POST", "/train", Samples.forecast).status == 202)
    }

    /// 80 GB of sample paths for 68 kB of request: refused before the first step.
    @Test func answersAreCountedBeforeTheyAreComputed() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.forecast))
        let sequences = [String](repeating: "[1,2,3,4,5,6,7,8,9,10,11,12,13]", count: 1024).joined(separator: ",")
        let asked = #"{"model":"wave","sequences":[\#(sequences)],"horizon":9900,"samples":1000}"#
        let answer = try server.request("POST", "/predict", asked)
        #expect(answer.status == 422 && answer.text.contains("shorter horizon"), "\(answer.status) \(answer.text)")
        #expect(try server.request("GET", "/metrics").text.contains("\nrondo_prediction_steps_total 0\n"))
        // What fits is answered, in pieces when it is long.
        let long = try server.request(
            "POST", "/predict", #"{"model":"wave","sequence":[\#(Samples.series)],"horizon":2000,"samples":20}"#)
        let samples = long.json["predictions"]?[0]?["samples"]
        #expect(long.status == 200 && long.headers["transfer-encoding"] == "chunked")
        #expect(samples?.elements?.count == 20 && samples?[19]?.elements?.count == 2000)
    }

    @Test func whatRequestsHoldIsSharedAndGivenBack() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--request-memory-bytes-max", "1048576"])
        _ = try server.finished(server.train(Samples.forecast))
        let stream = #"{"model":"wave","sequence":[1,2,3],"horizon":10000,"stream":true}"#
        var held: [TestExchange] = []
        var refusal: TestExchange?
        for _ in 0..<16 where refusal == nil {
            let exchange = try server.stream("POST", "/predict", stream)
            if exchange.status == 200 { held.append(exchange) } else { refusal = exchange }
        }
        #expect(!held.isEmpty && refusal?.status == 503 && refusal?.headers["retry-after"] != nil)
        #expect(try server.request("GET", "/healthz").status == 200)
        for exchange in held { exchange.leave() }
        held = []
        try server.wait(for: "the streams' memory") { try server.stream("POST", "/predict", stream).status == 200 }
        // One that could never be had is not to be tried again.
        let body = #"{"model":"m","sequences":[[\#([String](repeating: "1", count: 400_000).joined(separator: ","))]]}"#
        let large = try server.request("POST", "/train?validate_only=true", body)
        #expect(large.status == 413 && large.text.contains("request_memory_bytes_max"), "\(large.status) \(large.text)")
    }
}
