import Glibc
import JSON
import TestSupport
import Testing

/// What a client sees of a training's gradients.
@Suite(.serialized) struct GradientTests {
    @Test func picturesOutliveTheServer() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        #expect(try server.request("GET", "/jobs/job_nothing/gradients").status == 404)
        let blocker = try server.train(Samples.long(epochs: 10_000))
        let waiting = try server.train(Samples.language())
        let before = try server.request("GET", "/jobs/\(waiting)/gradients")
        #expect(
            before.status == 200 && before.json["job"]?.asString == waiting
                && before.json["pictures"]?.elements?.isEmpty == true)

        try server.wait(for: "a picture") { try pictures(server, blocker).count == 1 }
        let first = try pictures(server, blocker)[0]
        #expect(first["step"]?.asInt == 0 && first["epoch"]?.asInt == 1 && first["warning"] == .null)
        let lags = try #require(first["lags"]?.asNumbers), layers = try #require(first["layers"]?.elements)
        #expect(lags == (0..<32).map { Double($0) } && layers.count == 1 && layers[0].asNumbers?.count == 32)

        server.process.signal(SIGKILL)
        _ = server.process.wait()
        server = try TestServer(data: directory)
        // Measured again or not: one picture a step, the same numbers.
        #expect(try pictures(server, blocker)[0] == first)
        try server.request("POST", "/jobs/\(blocker)/cancel")
        _ = try server.finished(blocker)
        #expect(try pictures(server, blocker)[0] == first)
        _ = try server.finished(waiting)
        #expect(try pictures(server, waiting).compactMap { $0["epoch"]?.asInt } == [1, 2, 3])
    }

    @Test func warnsOfAVanishingGradientAndReportsGates() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let pairs = (0..<20).map { index in
            let first = index % 2 == 0 ? "a" : "b"
            return #"{"input":"\#(first)\#(String(repeating: "cd", count: 40))","target":"\#(index % 2)"}"#
        }
        let id = try server.train(
            """
            {"model":"first","sequences":[\(pairs.joined(separator: ","))],\
            "network":{"cell":"rnn","activation":"sigmoid","hidden":8},\
            "training":{"epochs":2}}
            """)
        let events = try server.request("GET", "/jobs/\(id)/events").lines
        let warning = events.first { $0["type"]?.asString == "warning" }?["message"]?.asString
        #expect(warning?.contains("vanishes") == true && warning?.contains("lstm") == true)
        #expect(try pictures(server, id)[0]["warning"]?.asString == warning)
        #expect(events.filter { $0["type"]?.asString == "metrics" }.allSatisfy { $0["gate_saturation"] == nil })

        let gated = try server.train(Samples.classification)
        let metrics = try server.request("GET", "/jobs/\(gated)/events").lines.filter {
            $0["type"]?.asString == "metrics"
        }
        #expect(!metrics.isEmpty)
        for event in metrics {
            #expect(event["gate_saturation"]?.asNumbers?.count == 1 && event["gradient_norm"]?.asDouble ?? 0 > 0)
            #expect(event["gate_saturation"]?.asNumbers?.allSatisfy { (0...1).contains($0) } == true)
        }
    }

    @Test func aLossThatIsNotFiniteFailsTheJobAndKeepsItsCheckpoint() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        // Each step multiplies every weight by −9.
        let wild =
            #","checkpoint_seconds":0.001,"optimizer":{"name":"sgd","learning_rate":10,"momentum":0,"weight_decay":1},"#
            + #""schedule":{"name":"constant"}"#
        let id = try server.train(Samples.language("wild", epochs: 20, extra: wild))
        let job = try server.finished(id)
        #expect(job["status"]?.asString == "failed")
        #expect(job["error"]?["detail"]?.asString?.contains("not finite at step") == true, "\(job.text)")
        let folder = directory.path + "/data/checkpoints/\(id)"
        let checkpoints = try server.request("GET", "/jobs/\(id)/events").lines.count {
            $0["type"]?.asString == "checkpoint"
        }
        #expect(checkpoints > 0 && !TemporaryDirectory.names(in: folder).isEmpty)
        #expect(server.stop() == 0)
        _ = try TestServer(data: directory)
        #expect(!TemporaryDirectory.names(in: folder).isEmpty)
    }

    private func pictures(_ server: TestServer, _ id: String) throws -> [JSONValue] {
        try server.request("GET", "/jobs/\(id)/gradients").json["pictures"]?.elements ?? []
    }
}
