import JSON
import TestSupport
import Testing

/// What proxies, browsers and simple clients meet on the wire.
@Suite(.serialized) struct WireTests {
    private static let events = ["Accept: text/event-stream"]

    private func ids(_ answer: TestAnswer) -> [Int] {
        answer.text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap { Int($0.dropFirst(4)) }
    }

    /// nginx collects answers by default, and browsers come back until they are answered by 204.
    @Test func eventStreamsPassProxiesAndEnd() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let id = try server.train(Samples.forecast)
        _ = try server.finished(id)
        let path = "/jobs/\(id)/events"
        let stream = try server.request("GET", path, headers: Self.events)
        #expect(stream.headers["x-accel-buffering"] == "no")
        #expect(stream.headers["cache-control"] == "no-cache, no-store" && stream.text.hasPrefix(": alive\n\n"))
        #expect(stream.text.contains(#""status":"succeeded""#))
        let ids = ids(stream)
        let last = try #require(ids.last)
        let first = try #require(ids.first)
        for suffix in ["", "?follow=false"] {
            let over = try server.request("GET", path + suffix, headers: Self.events + ["Last-Event-ID: \(last)"])
            #expect(over.status == 204 && over.body.isEmpty && over.headers["content-type"] == nil)
            #expect(try server.request("GET", path + suffix, headers: ["Last-Event-ID: \(last)"]).status == 200)
        }
        #expect(try server.request("GET", path + "?after=\(last)", headers: Self.events).status == 204)
        // A browser comes back to the same address: the field is the newer of the two.
        let again = path + "?after=\(first)"
        #expect(try server.request("GET", again, headers: Self.events + ["Last-Event-ID: \(last)"]).status == 204)
        let rest = try server.request("GET", again, headers: Self.events + ["Last-Event-ID: \(ids[ids.count - 2])"])
        #expect(self.ids(rest) == [last])

        // Both have to be right, whichever counts.
        for wrong in ["?after=", "?after=9223372036854775808"] {
            #expect(try server.request("GET", path + wrong, headers: ["Last-Event-ID: 1"]).status == 400)
        }

        let predict = try server.request("POST", "/predict", #"{"model":"wave","sequence":[1,2,3],"stream":true}"#)
        #expect(
            predict.headers["x-accel-buffering"] == "no"
                && predict.headers["cache-control"]?.contains("no-store") == true)
    }

    /// A stream that has nothing to say yet says so: a proxy's or a client's first byte is not the first event.
    @Test func theFirstByteComesAtOnce() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let blocker = try server.train(Samples.long(epochs: 10_000))
        let id = try server.train(Samples.forecast)
        let known = try server.request("GET", "/jobs/\(id)/events?follow=false").lines.last?["id"]?.asInt
        let stream = try server.stream("GET", "/jobs/\(id)/events?after=\(known ?? 0)", headers: Self.events)
        #expect(stream.status == 200)
        #expect(try stream.chunk().map { String(decoding: $0, as: UTF8.self) } == ": alive\n\n")
        stream.leave()
        for job in [id, blocker] { try server.request("POST", "/jobs/\(job)/cancel") }
    }

    /// Of other protocols than our own.
    private static let foreignPaths: Set<String> = [
        "/v1/timeseries/forecast", "/invocations", "/ping", "/execution-parameters",
    ]

    /// By the table: each operation of the document refuses what it does not say, before it does anything.
    @Test func noRouteTakesAnUnknownParameter() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        var count = 0
        for (path, item) in try #require(server.request("GET", "/openapi.json").json["paths"]?.object).members {
            let place = path.replacing("{id}", with: "x").replacing("{name}", with: "x").replacing(
                "{version}", with: "1")
            for method in (item.object?.keys ?? []).map({ $0.uppercased() }) {
                let body = ["POST", "PUT"].contains(method) ? "{}" : nil
                let answer = try server.request(method, place + "?validateonly=true", body)
                // Each protocol has a body of its own for errors.
                let isOurs = !Self.foreignPaths.contains(path)
                #expect(answer.status == 400)
                #expect(!isOurs || answer.headers["content-type"] == "application/problem+json")
                let text = isOurs ? answer.json["detail"]?.asString ?? "" : answer.text.replacing("\\/", with: "/")
                #expect(text.contains("\(method) \(path) takes"), "\(method) \(path): \(answer.text)")
                count += 1
            }
        }
        #expect(count > 20)
        let train = try server.request("POST", "/train?validateonly=true", Samples.forecast)
        #expect(train.status == 400 && train.text.contains("did you mean \\\"validate_only\\\"?"), "\(train.text)")
        #expect(try server.request("GET", "/jobs?limit=1&limit=2").text.contains("given more than once"))
        #expect(try server.request("GET", "/jobs").json["jobs"]?.elements?.isEmpty == true)
    }

    /// Python's `http.client` sends all of a body before it reads: 413 is for it, too. So is every refusal before the
    /// body.
    @Test func whoSendsAllFirstReadsTheRefusal() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--train-body-bytes-max=20000"])
        let size = 100 << 20
        for (path, type, status) in [
            ("/train", "application/json", 413), ("/train?odd=1", "application/json", 413),
            ("/nothing", "text/plain", 404),
            ("/healthz", "text/plain", 405), ("/predict", "text/plain", 413),
        ] {
            let client = try RawClient(port: server.port)
            client.send(
                "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(type)\r\nContent-Length: \(size)\r\n\r\n")
            #expect(client.send([UInt8](repeating: 0x20, count: size)) == size, "\(path): the pipe broke")
            #expect(try client.receiveAll().hasPrefix("HTTP/1.1 \(status) "), "\(path)")
        }
        // The same without a length: the fault is found on the way.
        let client = try RawClient(port: server.port)
        client.send(
            "POST /train HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")
        let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 0x20, count: 1 << 20) + Array("\r\n".utf8)
        for _ in 0..<64 { #expect(client.send(chunk) == chunk.count) }
        #expect(client.send(Array("0\r\n\r\n".utf8)) == 5)
        #expect(try client.receiveAll().hasPrefix("HTTP/1.1 413 "))
    }

    @Test func pathsThatPeopleTry() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let index = try server.request("GET", "/")
        #expect(index.status == 200 && index.json["name"]?.asString == "rondo")
        #expect(index.json["version"] == (try server.request("GET", "/version").json["version"]))
        for (_, path) in try #require(index.json["links"]?.object).members {
            #expect(try server.request("OPTIONS", path.asString ?? "").status == 204, "\(path)")
        }
        let slash = try server.request("GET", "/models/")
        #expect(slash.status == 404 && slash.json["detail"]?.asString?.hasSuffix("did you mean /models?") == true)
        // The message says what curl has to be told.
        let form = try server.request(
            "POST", "/train", "{}", headers: ["Content-Type: application/x-www-form-urlencoded"])
        #expect(
            form.status == 415 && form.text.contains(#"with curl -H \"Content-Type: application/json\""#),
            "\(form.text)")
    }

    /// As `POST /predict` names versions; only a deletion wants the number.
    @Test func versionsAreNamedByLabels() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.forecast))
        let versions = "/models/wave/versions"
        for rest in ["", "/weights", "/onnx"] {
            let numbered = try server.request("GET", versions + "/1" + rest)
            let labelled = try server.request("GET", versions + "/stable" + rest)
            #expect(labelled.status == 200 && labelled.body == numbered.body, "\(labelled.text.prefix(200))")
            #expect(labelled.headers["content-disposition"] == numbered.headers["content-disposition"])
            let unknown = try server.request("GET", versions + "/stabel" + rest)
            #expect(
                unknown.status == 404 && unknown.text.contains("did you mean \\\"wave@stable\\\"?"), "\(unknown.text)")
        }
        let refused = try server.request("DELETE", versions + "/stable")
        #expect(refused.status == 400 && refused.text.contains("by its number"))
        #expect(try server.request("GET", versions + "/1").status == 200)
    }
}
