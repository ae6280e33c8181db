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
        #expect(samples.contains(#"rondo_requests_total{method="",route="",status="404"}"#))
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
