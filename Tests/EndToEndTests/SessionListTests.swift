import JSON
import TestSupport
import Testing

/// What clients see of sessions without stepping them.
@Suite(.serialized) struct SessionListTests {
    /// Whatever task a session is of, a list says it; of a version that is damaged it is not known.
    @Test func sessionsTellTheirTasks() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        for training in [Samples.language(), Samples.forecast] { _ = try server.finished(server.train(training)) }
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        let first = try server.request("POST", "/sessions", #"{"model":"wave","sequence":[\#(Samples.series)]}"#).json
        #expect(first["task"] == "forecast", "\(first.text)")
        for _ in 0..<2 {
            #expect(try server.request("POST", "/sessions", #"{"model":"prose"}"#).json["task"] == "language_model")
        }
        let id = try #require(first["id"]?.asString)
        func tasks() throws -> [JSONValue?] {
            let list = try server.request("GET", "/sessions").json
            #expect(check.faults(of: list, "SessionList").isEmpty)
            return list["sessions"]?.elements?.map { $0["task"] } ?? []
        }
        #expect(try tasks() == ["language_model", "language_model", "forecast"])
        let weights = directory.path + "/data/models/wave/1/model.safetensors"
        #expect(server.stop() == 0)
        var bytes = TemporaryDirectory.get(weights)
        bytes[bytes.count / 2] ^= 16
        try TemporaryDirectory.put(bytes, weights)
        let repair = try ChildProcess(["check", "--data", directory.path + "/data", "--repair"], in: directory)
        #expect(repair.wait() == 1 && repair.output.contains("listed as damaged"), "\(repair.output)")
        server = try TestServer(data: directory)
        #expect(try tasks() == ["language_model", "language_model", .null])
        let seen = try server.request("GET", "/sessions/\(id)").json
        #expect(seen["task"] == .null && seen["steps"]?.asInt == 96 && check.faults(of: seen, "Session").isEmpty)
        #expect(try server.request("POST", "/sessions/\(id)/fork", "{}").json["task"] == .null)
        #expect(server.stop() == 0)
    }
}
