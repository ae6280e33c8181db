import Glibc
import JSON
import Synchronization
import TestSupport
import Testing

/// Sessions over HTTP: state that stays between requests, through restarts, and in the hands of clients.
@Suite(.serialized) struct SessionTests {
    private static func served(
        _ directory: TemporaryDirectory, _ training: String = Samples.language(), arguments: [String] = []
    ) throws -> TestServer {
        let server = try TestServer(data: directory, arguments: arguments)
        _ = try server.finished(server.train(training))
        return server
    }

    private func create(_ server: TestServer, _ body: String) throws -> String {
        let answer = try server.request("POST", "/sessions", body)
        guard answer.status == 201, let id = answer.json["id"]?.asString else {
            throw TestFailure("create: \(answer.status) \(answer.text)")
        }
        #expect(answer.headers["location"] == "/sessions/\(id)")
        return id
    }

    private func step(_ server: TestServer, _ id: String, _ body: String, headers: [String] = []) throws -> JSONValue {
        let answer = try server.request("POST", "/sessions/\(id)/step", body, headers: headers)
        guard answer.status == 200 else { throw TestFailure("step: \(answer.status) \(answer.text)") }
        return answer.json
    }

    private static let asked = #""max_tokens":12,"seed":5,"logprobs":true"#

    @Test func statesStayThroughEverything() throws {
        let directory = try TemporaryDirectory()
        var server = try Self.served(directory)
        let whole = try server.request(
            "POST", "/predict", #"{"model":"prose","prompt":"the cat sat on the dog",\#(Self.asked)}"#
        ).json["predictions"]
        let id = try create(server, #"{"model":"prose","prompt":"the cat ","metadata":{"who":"me"}}"#)
        #expect(try step(server, id, #"{"prompt":"sat on"}"#)["steps"]?.asInt == 14)
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        server = try TestServer(data: directory)
        let read = try step(server, id, #"{"prompt":" the dog"}"#)
        #expect(read["steps"]?.asInt == 22 && read["predictions"]?.elements?.isEmpty == true, "\(read.text)")
        #expect(read["session"]?.asString == id && read["model"]?.asString == "prose@1")
        for _ in 0..<2 {
            let answer = try step(server, id, "{\(Self.asked)}")
            #expect(answer["predictions"] == whole && answer["steps"]?.asInt == 22, "writing moves nothing")
        }
        let seen = try server.request("GET", "/sessions/\(id)").json
        #expect(seen["steps"]?.asInt == 22 && seen["metadata"]?["who"]?.asString == "me")
        #expect(seen["task"] == "language_model")
        // A fork, and a state that was carried away, stand where the session stood.
        let fork = try server.request("POST", "/sessions/\(id)/fork", "{}").json
        let forked = try #require(fork["id"]?.asString)
        #expect(fork["task"] == "language_model")
        let token = try #require(server.request("GET", "/sessions/\(id)/state").json["state"]?.asString)
        _ = try step(server, id, #"{"prompt":" and more"}"#)
        #expect(try step(server, forked, "{\(Self.asked)}")["predictions"] == whole)
        let carried = try create(server, #"{"state":"\#(token)"}"#)
        #expect(try step(server, carried, "{\(Self.asked)}")["predictions"] == whole)
        let listed = try server.request("GET", "/sessions?limit=2").json
        #expect(listed["sessions"]?.elements?.compactMap { $0["id"]?.asString } == [carried, forked])
        #expect(listed["has_more"] == true && listed["next_after"]?.asString == forked)
        let rest = try server.request("GET", "/sessions?after=\(forked)").json
        #expect(rest["sessions"]?.elements?.compactMap { $0["id"]?.asString } == [id])
        #expect(try server.request("DELETE", "/sessions/\(carried)").status == 204)
        #expect(try server.request("GET", "/sessions/\(carried)").status == 404)
        #expect(try server.request("POST", "/sessions/\(carried)/step", "{}").status == 404)
    }

    @Test func statelessPredictionsGiveTheNextState() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory)
        let whole = try server.request(
            "POST", "/predict", #"{"model":"prose","prompt":"the cat sat on",\#(Self.asked)}"#
        ).json["predictions"]
        let id = try create(server, #"{"model":"prose","prompt":"the cat "}"#)
        let state = try #require(server.request("GET", "/sessions/\(id)/state").json["state"]?.asString)
        let answer = try server.request(
            "POST", "/predict", #"{"state":"\#(state)","prompt":"sat on",\#(Self.asked)}"#)
        #expect(answer.status == 200 && answer.json["predictions"] == whole, "\(answer.text)")
        let next = try #require(answer.json["state"]?.asString)
        let again = try server.request("POST", "/predict", #"{"model":"prose","state":"\#(next)",\#(Self.asked)}"#)
        #expect(again.json["predictions"] == whole, "\(again.text)")
        for (body, pointer) in [
            (#"{"state":"\#(next)x"}"#, "/state"), (#"{"state":"abc"}"#, "/state"),
            (#"{"model":"prose","state":"\#(next)","sequences":["a","b"]}"#, "/sequences"),
        ] {
            let refused = try server.request("POST", "/predict", body)
            #expect(refused.status == 422, "\(refused.text)")
            #expect(refused.json["errors"]?[0]?["pointer"]?.asString == pointer, "\(refused.text)")
        }
        // One bit of the sealed bytes.
        var changed = Array(next.utf8)
        changed[changed.count / 2] = changed[changed.count / 2] == UInt8(ascii: "A") ? 66 : 65
        let refused = try server.request(
            "POST", "/predict", #"{"state":"\#(String(decoding: changed, as: UTF8.self))"}"#)
        #expect(refused.status == 422 && refused.text.contains("changed since it was sealed"), "\(refused.text)")
    }

    @Test func writtenTextBecomesHistory() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory)
        let whole = try server.request(
            "POST", "/predict", #"{"model":"prose","prompt":"the cat","max_tokens":20,"seed":5}"#
        ).json["predictions"]?[0]?["text"]?.asString
        let id = try create(server, #"{"model":"prose","prompt":"the cat"}"#)
        var text = ""
        for _ in 0..<2 {
            let answer = try step(server, id, #"{"max_tokens":5,"seed":5,"advance":true}"#)
            text += answer["predictions"]?[0]?["text"]?.asString ?? ""
        }
        let streamed = try server.request(
            "POST", "/sessions/\(id)/step", #"{"max_tokens":10,"seed":5,"advance":true,"stream":true}"#)
        text += streamed.lines.compactMap { $0["text"]?.asString }.joined()
        #expect(text == whole)
        #expect(
            streamed.lines.last?["session"]?.asString == id && streamed.lines.last?["session_steps"]?.asInt == 27,
            "\(streamed.text)")
        #expect(try server.request("GET", "/sessions/\(id)").json["steps"]?.asInt == 27)
    }

    @Test func whatIsReadIsScored() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory)
        let id = try create(server, #"{"model":"prose","prompt":"the cat"}"#)
        let heard = try step(server, id, #"{"prompt":" sat","echo":true,"logprobs":true}"#)["predictions"]?[0]
        let score = try server.request("POST", "/predict", #"{"model":"prose","sequence":"the cat sat","score":true}"#)
        let expected = score.json["predictions"]?[0]?["logprobs"]?.elements?.suffix(4)
        #expect(heard?["text"]?.asString == " sat" && heard?["tokens"]?.elements?.count == 4)
        #expect(heard?["logprobs"]?.elements.map(Array.init) == expected.map(Array.init))
    }

    @Test func repeatedStepsAreReadOnce() throws {
        let directory = try TemporaryDirectory()
        var server = try Self.served(directory)
        let id = try create(server, #"{"model":"prose"}"#)
        let body = #"{"prompt":"the cat","max_tokens":5}"#, key = ["Idempotency-Key: a"]
        let first = try step(server, id, body, headers: key)
        #expect(try step(server, id, body, headers: key) == first)
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        server = try TestServer(data: directory)
        #expect(try step(server, id, body, headers: key) == first)
        #expect(try server.request("GET", "/sessions/\(id)").json["steps"]?.asInt == 7)
        let other = try server.request("POST", "/sessions/\(id)/step", #"{"prompt":"x"}"#, headers: key)
        #expect(other.status == 409 || other.status == 422, "\(other.text)")
        let stream = try server.request(
            "POST", "/sessions/\(id)/step", #"{"max_tokens":5,"stream":true}"#, headers: ["Idempotency-Key: b"])
        #expect(stream.status == 422 && stream.text.contains("/stream"))
    }

    @Test func oneStepAtATime() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory)
        let id = try create(server, #"{"model":"prose","prompt":"the"}"#)
        let stream = try server.stream(
            "POST", "/sessions/\(id)/step", #"{"max_tokens":100000,"stream":true,"advance":true}"#)
        _ = try stream.chunk()
        let second = try server.request("POST", "/sessions/\(id)/step", #"{"prompt":"a"}"#)
        #expect(second.status == 409 && second.text.contains("under way"), "\(second.text)")
        #expect(try server.request("DELETE", "/sessions/\(id)").status == 409)
        stream.leave()
        try server.wait(for: "the session to be free") {
            try server.request("POST", "/sessions/\(id)/step", #"{"prompt":"a"}"#).status == 200
        }
        #expect(try server.request("GET", "/sessions/\(id)").json["steps"]?.asInt == 4, "what was cut moved nothing")
    }

    @Test func versionsStayAsLongAsTheirSessions() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory)
        _ = try server.finished(server.train(Samples.language(seed: 8)))
        let id = try create(server, #"{"model":"prose@1","prompt":"the cat"}"#)
        let refused = try server.request("DELETE", "/models/prose/versions/1")
        #expect(refused.status == 409 && refused.text.contains("1 session stands on prose@1"), "\(refused.text)")
        #expect(try server.request("DELETE", "/models/prose").status == 409)
        let moved = try server.request(
            "POST", "/sessions/\(id)/rebase", #"{"model":"prose@2","prompt":"the cat"}"#)
        #expect(moved.status == 200 && moved.json["model"]?.asString == "prose@2", "\(moved.text)")
        #expect(moved.json["task"] == "language_model")
        #expect(try server.request("DELETE", "/models/prose/versions/1").status == 204)
        let whole = try server.request(
            "POST", "/predict", #"{"model":"prose@2","prompt":"the cat",\#(Self.asked)}"#
        ).json["predictions"]
        #expect(try step(server, id, "{\(Self.asked)}")["predictions"] == whole)
        #expect(try server.request("DELETE", "/models/prose?sessions=delete").status == 204)
        #expect(try server.request("GET", "/sessions/\(id)").status == 404)
    }

    @Test func sessionsExpire() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory)
        let id = try create(server, #"{"model":"prose","expires_after":1}"#)
        let kept = try create(server, #"{"model":"prose","expires_after":100}"#)
        try server.wait(for: "the session to expire") {
            try server.request("GET", "/sessions/\(id)").status == 404
        }
        #expect(try server.request("GET", "/sessions/\(kept)").status == 200)
        #expect(try server.request("GET", "/sessions").json["sessions"]?.elements?.count == 1)
        // A step that only predicts is a use, too.
        let used = try create(server, #"{"model":"prose","prompt":"the","expires_after":3}"#)
        for _ in 0..<40 {
            _ = try step(server, used, #"{"max_tokens":1}"#)
            usleep(100_000)
        }
        #expect(try server.request("GET", "/sessions/\(used)").status == 200)
    }

    @Test func boundsAreNamed() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory, arguments: ["--sessions-max", "2"])
        let cases = [
            ("{}", 422, "/model"), (#"{"model":"nobody"}"#, 404, "nobody"),
            (#"{"model":"prose","expires_after":0}"#, 422, "/expires_after"),
            (#"{"model":"prose","max_tokens":3}"#, 422, "/max_tokens"),
            (#"{"model":"prose","sequence":[1,2]}"#, 422, "/sequence"),
            (#"{"model":"prose","metadata":3}"#, 422, "/metadata"), (#"{"model":"prose","colour":1}"#, 422, "/colour"),
        ]
        for (body, status, word) in cases {
            let answer = try server.request("POST", "/sessions", body)
            #expect(answer.status == status && answer.text.contains(word), "\(body): \(answer.text)")
        }
        let id = try create(server, #"{"model":"prose"}"#)
        _ = try create(server, #"{"model":"prose"}"#)
        let full = try server.request("POST", "/sessions", #"{"model":"prose"}"#)
        #expect(full.status == 503 && full.text.contains("sessions_max") && full.headers["retry-after"] != nil)
        for (body, word) in [
            (#"{"advance":true,"prompt":"a"}"#, "/advance"), (#"{"prompt":"a","sequence":"b"}"#, "/prompt"),
            (#"{"prompt":"a","horizon":3}"#, "/horizon"), (#"{"model":"prose"}"#, "/model"), ("{}", "/sequence"),
        ] {
            let answer = try server.request("POST", "/sessions/\(id)/step", body)
            #expect(answer.status == 422 && answer.text.contains(word), "\(body): \(answer.text)")
        }
    }

    @Test func othersSeeNothing() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory, Samples.reversal(epochs: 1))
        let refused = try server.request("POST", "/sessions", #"{"model":"backwards"}"#)
        #expect(refused.status == 409 && refused.text.contains("no state to keep"), "\(refused.text)")
    }

    // MARK: Forecasts

    @Test func seriesAreWatchedAndForecast() throws {
        let directory = try TemporaryDirectory()
        var server = try Self.served(directory, Samples.forecast)
        let values = Samples.series.split(separator: ",").map(String.init)
        let id = try create(server, #"{"model":"wave","sequence":[\#(values.prefix(40).joined(separator: ","))]}"#)
        let whole = try server.request(
            "POST", "/predict",
            #"{"model":"wave","sequence":[\#(values.prefix(40).joined(separator: ","))],"horizon":3}"#
        ).json["predictions"]?[0]?["mean"]?.elements?.compactMap(\.asDouble)
        let mean = try step(server, id, #"{"horizon":3}"#)["predictions"]?[0]?["mean"]?.elements?.compactMap(\.asDouble)
        let pairs = zip(try #require(whole), try #require(mean))
        #expect(pairs.allSatisfy { abs($0 - $1) < 1e-4 * abs($0) } && mean?.count == 3)
        var alarms = 0
        for (index, value) in values[40..<60].enumerated() {
            if index == 10 {
                server.process.signal(SIGKILL)
                _ = server.process.wait()
                server = try TestServer(data: directory)
            }
            let sent = index == 15 ? "900" : value
            let answer = try step(server, id, #"{"sequence":[\#(sent)],"horizon":2,"false_alarm_rate":0.001}"#)
            #expect(answer["steps"]?.asInt == 41 + index)
            let prediction = answer["predictions"]?[0]
            let seen = try #require(prediction?["observed"]?[0], "\(answer.text)")
            #expect(seen["step"]?.asInt == 41 + index && seen["pit"]?.asDouble != nil, "\(seen.text)")
            #expect(prediction?["mean"]?.elements?.count == 2 && prediction?["threshold"]?.asDouble ?? 0 > 0)
            if seen["anomaly"] == true {
                alarms += 1
                if index < 15 { Issue.record("a usual value was taken for an anomaly: \(seen.text)") }
            } else if index == 15 {
                Issue.record("900 was not taken for an anomaly: \(seen.text)")
            }
        }
        #expect(alarms >= 1)
        let stream = try server.request(
            "POST", "/sessions/\(id)/step", #"{"sequence":[120],"horizon":2,"stream":true}"#)
        #expect(stream.lines.first?["observed"]?[0]?["step"]?.asInt == 61, "\(stream.text)")
        #expect(stream.lines.last?["session_steps"]?.asInt == 61)
    }

    @Test func linesOfACommandAreSteps() throws {
        let directory = try TemporaryDirectory()
        let server = try Self.served(directory, Samples.forecast)
        let url = ["--url", "http://127.0.0.1:\(server.port)"]
        let values = Samples.series.split(separator: ",").map(String.init)
        let create = try ChildProcess(
            ["session", "create", "--model", "wave", "--sequence", values.prefix(40).joined(separator: ",")] + url,
            in: directory)
        #expect(create.wait() == 0, "\(create.errors)")
        let id = create.output.filter { !$0.isWhitespace }
        let file = try directory.write(
            "value\n" + values[40..<44].joined(separator: "\n") + "\n900\n", to: "sensor.csv")
        let step = try ChildProcess(["session", "step", id, "--file", file] + url, in: directory)
        #expect(step.wait() == 0, "\(step.errors)")
        let lines = step.output.split(separator: "\n")
        #expect(lines.count == 5 && lines.last?.hasSuffix("ANOMALY") == true, "\(step.output)")
        #expect(lines.first?.hasPrefix("step 41  expected ") == true && !lines[0].contains("ANOMALY"))
        let list = try ChildProcess(["session"] + url, in: directory)
        #expect(list.wait() == 0 && list.output.contains(id) && list.output.contains("wave@1"), "\(list.errors)")
        let state = try ChildProcess(["session", "state", id] + url, in: directory)
        #expect(state.wait() == 0)
        let carried = try directory.write(state.output, to: "state")
        let second = try ChildProcess(["session", "create", "--state", carried] + url, in: directory)
        #expect(second.wait() == 0 && second.output.hasPrefix("ses_"), "\(second.errors)")
        let delete = try ChildProcess(["session", "delete", id] + url, in: directory)
        #expect(delete.wait() == 0)
        let gone = try ChildProcess(["session", "show", id] + url, in: directory)
        #expect(gone.wait() != 0 && gone.errors.contains("no session has the id"), "\(gone.errors)")
    }
}
