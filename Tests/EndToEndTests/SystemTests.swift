import JSON
import Testing

/// What operators look at.
@Suite(.serialized) struct SystemTests {
    @Test func healthVersionMetricsAndDocument() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.request("GET", "/healthz").json["status"]?.asString == "ok")
        #expect(try server.request("GET", "/readyz").json["status"]?.asString == "ready")
        #expect(try server.request("GET", "/version").json["name"]?.asString == "rondo")
        #expect(try server.request("HEAD", "/healthz").status == 200)
        let metrics = try server.request("GET", "/metrics")
        #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(metrics.text.contains(#"rondo_requests_total{method="GET",route="/healthz",status="200"} 2"#))

        let document = try server.request("GET", "/openapi.json").json
        #expect(document["openapi"]?.asString == "3.1.0")
        // Every reference leads somewhere, and every path is a route.
        let references = document.text.split(separator: #""$ref":""#).dropFirst().compactMap { $0.split(separator: "\"").first }
        #expect(references.allSatisfy { document.value(at: String($0.dropFirst())) != nil })
        // Each network option of the document is one that a training request may have.
        for (option, schema) in document["components"]?["schemas"]?["TrainRequest"]?["properties"]?["network"]?["properties"]?.object?.members ?? [] {
            let value = schema["enum"]?[0]?.text ?? schema["minimum"]?.text ?? "false"
            let body = #"{"model":"m","text":"abcabcabcabc","network":{"\#(option)":\#(value)}}"#
            let answer = try server.request("POST", "/train?validate_only=true", body)
            let faults = answer.json["errors"]?.elements ?? []
            #expect(!faults.contains { $0["detail"]?.asString?.contains("unknown") == true }, "\(option): \(answer.text)")
        }
        for path in document["paths"]?.object?.keys ?? [] where !path.contains("{") {
            #expect(try server.request("OPTIONS", path).status == 204, "\(path)")
        }
    }
}
