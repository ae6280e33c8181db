import Glibc
import JSON
import TestSupport
import Testing

/// Crashes, stops and pauses change nothing about the result.
@Suite(.serialized) struct DurabilityTests {
    @Test func killedJobEndsWithTheSameWeights() throws {
        let undisturbed = try TemporaryDirectory()
        let expected = try digest(TestServer(data: undisturbed), Samples.long())

        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        let id = try server.train(Samples.long())
        for _ in 1...2 {
            // A new one each time: two ends without progress in between would be the job's own doing.
            let last = try server.request("GET", "/jobs/\(id)/events?follow=false").lines.last?["id"]?.asInt ?? 0
            try waitForCheckpoint(server, id, count: 1, after: last)
            server.process.signal(SIGKILL)
            _ = server.process.wait()
            server = try TestServer(data: directory)
        }
        let job = try server.finished(id)
        #expect(job["status"]?.asString == "succeeded" && job["attempt"]?.asInt == 3)
        #expect(job["result"]?["weights_sha256"]?.asString == expected)
    }

    /// Small sets are learned part by part: whichever training a crash ends, the model is the same.
    @Test func killedCrossValidationEndsWithTheSameWeights() throws {
        let undisturbed = try TemporaryDirectory(), plain = try TestServer(data: undisturbed)
        let first = try plain.finished(plain.train(Samples.folded))
        let expected = try #require(first["result"]?["weights_sha256"]?.asString, "\(first.text)")
        #expect(first["result"]?["measured_on"]?.asString == "5-fold cross-validation, 60 sequences")
        let events = try plain.request("GET", "/jobs/\(first["id"]?.asString ?? "")/events?follow=false").lines
        let phases = events.filter { $0["type"]?.asString == "phase" }
        #expect(phases.compactMap { $0["fold"]?.asInt } == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
        #expect(phases.allSatisfy { $0["phase"]?.asString != "fold" || $0["folds"]?.asInt == 5 })
        #expect(phases.suffix(2).compactMap { $0["phase"]?.asString } == ["refit", "measuring"])

        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        let id = try server.train(Samples.folded)
        for _ in 1...3 {
            let last = try server.request("GET", "/jobs/\(id)/events?follow=false").lines.last?["id"]?.asInt ?? 0
            try waitForCheckpoint(server, id, count: 2, after: last)
            let progress = try server.request("GET", "/jobs/\(id)").json["progress"]
            #expect(progress?["phase"]?.asString != "fold" || progress?["folds"]?.asInt == 5, "\(progress?.text ?? "")")
            server.process.signal(SIGKILL)
            _ = server.process.wait()
            server = try TestServer(data: directory)
        }
        let job = try server.finished(id)
        #expect(job["attempt"]?.asInt == 4 && job["result"]?["weights_sha256"]?.asString == expected, "\(job.text)")
        #expect(job["result"]?["metrics"] == first["result"]?["metrics"])
    }

    @Test func stopIsGraceful() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory, arguments: ["--drain-seconds", "2"])
        _ = try server.finished(server.train(Samples.language(epochs: 1)))
        let stream = try server.stream(
            "POST", "/predict", #"{"model":"prose","prompt":"the","max_tokens":100000,"stream":true}"#)
        _ = try stream.chunk()
        let id = try server.train(Samples.long())
        try server.wait(for: "the job to run") {
            try server.request("GET", "/jobs/\(id)").json["status"]?.asString == "running"
        }
        server.process.signal(SIGTERM)
        // A stream under way goes on until the drain ends, and then has its last event.
        let lines = try stream.whole().lines
        #expect(lines.last?["done"]?.asBool == true)
        #expect(["cancelled", "length"].contains(lines.last?["reason"]?.asString))
        #expect(server.process.wait() == 0)

        server = try TestServer(data: directory)
        let job = try server.finished(id)
        #expect(job["status"]?.asString == "succeeded" && job["attempt"]?.asInt == 1)
    }

    /// A stream of events that the server cannot go on with says so, and from where another one has the rest.
    @Test(arguments: [false, true])
    func eventsEndExplicitlyAtAStop(asServerSentEvents: Bool) throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--drain-seconds", "2"])
        let id = try server.train(Samples.long())
        try waitForCheckpoint(server, id, count: 1)
        let stream = try server.stream(
            "GET", "/jobs/\(id)/events", headers: asServerSentEvents ? ["Accept: text/event-stream"] : [])
        _ = try stream.chunk()
        server.process.signal(SIGTERM)
        let text = try stream.whole().text
        let last = try #require(text.split(separator: "\n").last.map { String($0).replacing("data: ", with: "") })
        let event = try JSONParser.parse(last)
        #expect(event["type"]?.asString == "end" && event["reason"]?.asString == "stopping", "\(last)")
        #expect(event["id"]?.asInt ?? 0 > 0)
        #expect(
            !asServerSentEvents || !text.hasSuffix("id: \(event["id"]?.asInt ?? 0)\ndata: \(last)\n\n"),
            "its id belongs to no event")
        #expect(server.process.wait() == 0)
    }

    @Test func historyAloneEnds() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let id = try server.train(Samples.long(epochs: 10_000))
        try waitForCheckpoint(server, id, count: 1)
        let history = try server.request("GET", "/jobs/\(id)/events?follow=false").lines
        #expect(history.first?["status"]?.asString == "queued" && history.last?["type"]?.asString != "end")
        let far = try server.request("GET", "/jobs/\(id)/events", headers: ["Last-Event-ID: 9223372036854775808"])
        #expect(far.status == 400 && far.text.contains("9223372036854775807"), "\(far.text)")
        #expect(try server.request("POST", "/jobs/\(id)/cancel").status == 202)
    }

    /// A job that ends its process twice, and gets nowhere in between, is set aside; what waits behind it runs.
    @Test func aJobThatEndsItsProcessTwiceIsSetAside() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        let id = try server.train(
            Samples.language("doomed", epochs: 10_000, hidden: 64, extra: #","early_stopping":{"patience":10000}"#))
        let next = try server.train(Samples.language("next", epochs: 1))
        for attempt in 1...2 {
            try server.wait(for: "attempt \(attempt)") {
                let job = try server.request("GET", "/jobs/\(id)").json
                return job["status"]?.asString == "running" && job["attempt"]?.asInt == attempt
            }
            server.process.signal(SIGKILL)
            _ = server.process.wait()
            server = try TestServer(data: directory)
        }
        let job = try server.finished(id)
        #expect(job["status"]?.asString == "failed" && job["attempt"]?.asInt == 2)
        let detail = job["error"]?["detail"]?.asString ?? ""
        #expect(detail.contains("ended 2 times while this job ran") && detail.contains("set aside"), "\(detail)")
        #expect(try server.finished(next)["status"]?.asString == "succeeded")

        // It can be tried again, as a new job, which is cancelled here.
        let answer = try server.request("POST", "/jobs/\(id)/retry")
        let retry = answer.json["id"]?.asString ?? ""
        #expect(answer.status == 202 && answer.json["retry_of"]?.asString == id, "\(answer.text)")
        #expect(answer.headers["location"] == "/jobs/\(retry)")
        let second = try server.request("POST", "/jobs/\(id)/retry")
        #expect(second.status == 409 && second.text.contains(retry), "\(second.text)")
        #expect(try server.request("POST", "/jobs/\(next)/retry").status == 409)
        #expect(try server.request("POST", "/jobs/\(retry)/cancel").status == 202)
        #expect(try server.finished(retry)["status"]?.asString == "cancelled")
        let command = try ChildProcess(
            ["jobs", "retry", id, "--url", "http://127.0.0.1:\(server.port)"], in: directory)
        #expect(command.wait() == 0 && command.output.hasSuffix(": queued\n"), "\(command.errors)")
    }

    @Test func pausedJobGoesOn() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let id = try server.train(Samples.long())
        try waitForCheckpoint(server, id, count: 1)
        #expect(try server.request("POST", "/jobs/\(id)/pause").status == 202)
        try server.wait(for: "the pause") {
            try server.request("GET", "/jobs/\(id)").json["status"]?.asString == "paused"
        }
        #expect(try server.request("POST", "/jobs/\(id)/resume").status == 202)
        #expect(try server.finished(id)["status"]?.asString == "succeeded")
        #expect(try server.request("POST", "/jobs/\(id)/cancel").status == 409)
    }

    @Test func cancelledJobStops() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let running = try server.train(Samples.long(epochs: 10_000))
        let queued = try server.train(Samples.language("second"))
        try server.wait(for: "the job to run") {
            try server.request("GET", "/jobs/\(running)").json["status"]?.asString == "running"
        }
        #expect(try server.request("GET", "/jobs/\(queued)").json["queue_position"]?.asInt == 1)
        #expect(try server.request("POST", "/jobs/\(running)/cancel").status == 202)
        #expect(try server.finished(running)["status"]?.asString == "cancelled")
        #expect(try server.finished(queued)["status"]?.asString == "succeeded")
        #expect(access(directory.path + "/data/checkpoints/\(running)", F_OK) != 0)
    }

    private func digest(_ server: TestServer, _ body: String) throws -> String {
        try #require(try server.finished(server.train(body))["result"]?["weights_sha256"]?.asString)
    }

    private func waitForCheckpoint(_ server: TestServer, _ id: String, count: Int, after: Int = 0) throws {
        let stream = try server.stream("GET", "/jobs/\(id)/events?after=\(after)")
        var text = ""
        while let chunk = try stream.chunk() {
            text += String(decoding: chunk, as: UTF8.self)
            if text.split(separator: "\n").count(where: { $0.contains(#""type":"checkpoint""#) }) >= count { return }
        }
        throw TestFailure("the job ended before checkpoint \(count)")
    }
}
