import JSON
import TestSupport
import Testing

/// What operators look at.
@Suite(.serialized) struct SystemTests {
    /// The text format of Prometheus, 0.0.4: HELP and TYPE once for each metric and before its samples, no sample
    /// twice, every value a number, buckets cumulative.
    @Test func metricsAreWellFormed() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        for path in ["/healthz", "/jobs", "/none", "/jobs/x"] { try server.request("GET", path) }
        var types: [String: String] = [:]
        var samples: Set<String> = []
        var current = ""
        for line in try server.request("GET", "/metrics").text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if words[0] == "#" {
                #expect(words.count == 4)
                if words[1] == "HELP" {
                    current = words[2]
                } else {
                    #expect(words[1] == "TYPE" && words[2] == current && types[current] == nil)
                }
                if words[1] == "TYPE" { types[current] = words[3] }
                continue
            }
            guard let cut = line.lastIndex(of: " ") else {
                Issue.record("\(line) has no value")
                continue
            }
            #expect(samples.insert(String(line[..<cut])).inserted, "\(line) is there twice")
            #expect(Double(line[line.index(after: cut)...]) != nil, "\(line)")
            let name = String(line[..<cut].prefix { $0 != "{" })
            let suffixes = types[current] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
            #expect(suffixes.contains { name == current + $0 }, "\(name) stands behind \(current)")
            #expect(types[current] != "counter" || name.hasSuffix("_total"))
        }
        #expect(types["rondo_request_seconds"] == "histogram" && types.count > 20)
        #expect(samples.contains(#"rondo_request_seconds_bucket{method="GET",route="/jobs",le="+Inf"}"#))
        #expect(samples.contains(#"rondo_requests_total{method="none",route="none",status="404"}"#))
        #expect(server.stop() == 0)
    }

    /// What is counted of a job and of a model's predictions, and the line of the log at the job's end.
    @Test func jobsAndModelsAreCountedAndLogged() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--log-format", "json"])
        let id = try server.train(Samples.forecast)
        _ = try server.finished(id)
        let question = #"{"model":"wave","sequence":[\#(Samples.series)],"horizon":3}"#
        for _ in 0..<3 { #expect(try server.request("POST", "/predict", question).status == 200) }
        try server.wait(for: "the count") {
            try server.metric(#"rondo_model_predictions_total{model="wave"}"#) == 3
        }
        let names = [
            #"rondo_model_prediction_steps_total{model="wave"}"#,
            #"rondo_model_prediction_seconds_count{model="wave"}"#,
            #"rondo_job_seconds_count{status="succeeded"}"#, "rondo_job_queue_seconds_count",
        ]
        #expect(try server.metrics(names) == [9, 3, 1, 1])
        // Steps in which histories were read are among them.
        #expect(try server.metric("rondo_prediction_batch_size_count") >= 9)
        let text = try server.request("GET", "/metrics").text
        #expect(text.contains("rondo_build_info{instruction_set=\"") && !text.contains("=\"\""))
        #expect(try server.metric("process_start_time_seconds") > 1.7e9)
        #expect(try server.request("DELETE", "/models/wave").status == 204)
        #expect(try !server.request("GET", "/metrics").text.contains(#"model="wave""#))

        let lines = server.process.errors.split(separator: "\n").compactMap { try? JSONParser.parse(String($0)) }
        let end = try #require(lines.first { $0["message"]?.asString == "job succeeded" })
        #expect(end["job"]?.asString == id && end["version"]?.asInt == 1, "\(end.text)")
        #expect(end["steps"]?.asInt ?? 0 > 0 && end["seconds"]?.asDouble ?? -1 >= 0, "\(end.text)")
        #expect(end["verdict"]?.asString?.isEmpty == false)
        #expect(lines.first { $0["message"]?.asString == "job started" }?["attempt"]?.asInt == 1)
        #expect(server.stop() == 0)
    }

    @Test func healthVersionMetricsAndDocument() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.request("GET", "/healthz").json["status"]?.asString == "ok")
        // It listens a moment before it is ready.
        try server.wait(for: "readiness") { try server.request("GET", "/readyz").json["status"]?.asString == "ready" }
        #expect(try server.request("GET", "/version").json["name"]?.asString == "rondo")
        #expect(try server.request("HEAD", "/healthz").status == 200)
        let metrics = try server.request("GET", "/metrics")
        #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(metrics.text.contains(#"rondo_requests_total{method="GET",route="/healthz",status="200"} 2"#))

        let document = try server.request("GET", "/openapi.json").json
        #expect(document["openapi"]?.asString == "3.1.0")
        // Every reference leads somewhere, and every path is a route.
        let references = document.text.split(separator: #""$ref":""#).dropFirst().compactMap {
            $0.split(separator: "\"").first
        }
        #expect(references.allSatisfy { document.value(at: String($0.dropFirst())) != nil })
        // Each network option of the document is one that a training request may have.
        for (option, schema) in document["components"]?["schemas"]?["TrainRequest"]?["properties"]?["network"]?[
            "properties"]?.object?.members ?? []
        {
            let value = schema["enum"]?[0]?.text ?? schema["minimum"]?.text ?? "false"
            let body = #"{"model":"m","text":"abcabcabcabc","network":{"\#(option)":\#(value)}}"#
            let answer = try server.request("POST", "/train?validate_only=true", body)
            let faults = answer.json["errors"]?.elements ?? []
            #expect(
                !faults.contains { $0["detail"]?.asString?.contains("unknown") == true }, "\(option): \(answer.text)")
        }
        for path in document["paths"]?.object?.keys ?? [] where !path.contains("{") {
            #expect(try server.request("OPTIONS", path).status == 204, "\(path)")
        }
    }
}
