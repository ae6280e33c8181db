import Glibc
import JSON
import TestSupport
import Testing

/// Forecasts that become history of a session whose model knows a calendar and covariates, over HTTP.
@Suite(.serialized) struct AdvanceTests {
    private static let steps = 120

    private static func price(_ t: Int) -> Double { 2 + Double(t * 7 % 5) / 4 }
    private static func visitors(_ t: Int) -> Double { Double(t * 3 % 8) }
    private static func sold(_ t: Int) -> Double {
        20 - 4 * price(t) + (t % 9 == 4 ? 5 : 0) + Double(t % 7) + (t > 0 ? visitors(t - 1) / 2 : 0)
    }

    /// Some steps of the sales of a shop, with what is known of `ahead` more.
    private static func record(
        _ steps: Range<Int>, ahead: Int = 0, sold: [JSONValue]? = nil, isPastKnown: Bool = true
    ) -> String {
        let known = steps.lowerBound..<steps.upperBound + ahead
        let start = steps.lowerBound == 0 ? #""start":"2026-01-01","static":{"kind":"city"},"# : ""
        let prices = known.map { "\(price($0))" }.joined(separator: ",")
        let promotions = known.map { $0 % 9 == 4 ? #""half""# : #""none""# }.joined(separator: ",")
        let counts = steps.map { isPastKnown ? "\(visitors($0))" : "null" }.joined(separator: ",")
        let sales = sold?.map(\.text) ?? steps.map { "\(Self.sold($0))" }
        return #"{\#(start)"target":[\#(sales.joined(separator: ","))],"#
            + #""future":{"price":[\#(prices)],"promo":[\#(promotions)]},"past":{"visitors":[\#(counts)]}}"#
    }

    private static let training =
        #"{"model":"shop","sequences":[\#(record(0..<steps))],"forecast":{"horizon":6,"frequency":"D","#
        + #""calendar":true},"network":{"hidden":6},"training":{"epochs":2}}"#

    private func answer(_ server: TestServer, _ path: String, _ body: String, headers: [String] = []) throws
        -> JSONValue
    {
        let answer = try server.request("POST", path, body, headers: headers)
        guard 200..<300 ~= answer.status else { throw TestFailure("\(path): \(answer.status) \(answer.text)") }
        return answer.json
    }

    private func id(_ session: JSONValue) throws -> String { try #require(session["id"]?.asString, "\(session.text)") }

    /// What a session answers next, but for how surprising things were of late.
    private func next(_ server: TestServer, _ id: String, at step: Int) throws -> [JSONValue?] {
        let body = #"{"sequence":\#(Self.record(step..<step + 2, ahead: 5)),"horizon":5,"samples":2}"#
        let answer = try answer(server, "/sessions/\(id)/step", body)
        let prediction = try #require(answer["predictions"]?[0])
        return ["mean", "quantiles", "samples", "timestamps"].map { prediction[$0] }
            + (prediction["observed"]?.elements ?? []).flatMap { [$0["pit"], $0["expected"], $0["timestamp"]] }
    }

    @Test func aForecastIsReadAsIfItHadCome() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Self.training))["status"] == "succeeded")
        let created = try answer(server, "/sessions", #"{"model":"shop","sequence":\#(Self.record(0..<60))}"#)
        let session = try id(created), fed = try id(answer(server, "/sessions/\(session)/fork", "{}"))
        let token = try #require(server.request("GET", "/sessions/\(session)/state").json["state"]?.asString)

        // With a key it is read once, also after the server was killed.
        let asked = #"{"sequence":\#(Self.record(60..<61, ahead: 4)),"horizon":4,"advance":true}"#
        let path = "/sessions/\(session)/step", key = ["Idempotency-Key: forecast"]
        let first = try answer(server, path, asked, headers: key)
        #expect(first["steps"]?.asInt == 65, "\(first.text)")
        #expect(try answer(server, path, asked, headers: key) == first)
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        server = try TestServer(data: directory)
        #expect(try answer(server, path, asked, headers: key) == first)
        #expect(try server.request("GET", "/sessions/\(session)").json["steps"]?.asInt == 65)

        // Without a session, from its state: the same.
        let stateless = try answer(
            server, "/predict", #"{"state":"\#(token)",\#(asked.dropFirst())"#)
        #expect(stateless["predictions"] == first["predictions"])
        let state = try #require(stateless["state"]?.asString)
        let carried = try id(answer(server, "/sessions", #"{"state":"\#(state)"}"#))

        // As a stream: the same, once it has ended.
        let streamed = try id(answer(server, "/sessions", #"{"state":"\#(token)"}"#))
        let stream = try server.request(
            "POST", "/sessions/\(streamed)/step", String(asked.dropLast()) + #","stream":true}"#)
        #expect(stream.lines.last?["session_steps"]?.asInt == 65, "\(stream.text)")

        // Fed by hand: the means, what was known of them, and nothing of what is known up to now only.
        let means = try #require(first["predictions"]?[0]?["mean"]?.elements)
        _ = try answer(server, "/sessions/\(fed)/step", #"{"sequence":\#(Self.record(60..<61))}"#)
        let byHand = Self.record(61..<65, sold: Array(means), isPastKnown: false)
        let read = try answer(server, "/sessions/\(fed)/step", #"{"sequence":\#(byHand)}"#)
        #expect(read["predictions"]?[0]?["observed"]?.elements?.count == 4 && read["steps"]?.asInt == 65)

        let forked = try id(answer(server, "/sessions/\(session)/fork", "{}"))
        let expected = try next(server, fed, at: 65)
        #expect(expected.count == 10 && expected.allSatisfy { $0 != nil && $0 != .null }, "\(expected)")
        #expect(expected[3]?.asStrings?.first == "2026-03-09")
        for other in [session, forked, carried, streamed] {
            #expect(try next(server, other, at: 65) == expected)
        }
        #expect(server.stop() == 0)
    }

    @Test func whatCannotBecomeHistoryIsSaid() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Self.training))["status"] == "succeeded")
        let created = try answer(server, "/sessions", #"{"model":"shop","sequence":\#(Self.record(0..<60))}"#)
        for (body, pointer) in [
            (#"{"sequence":\#(Self.record(60..<61)),"advance":true}"#, "/advance"),
            (#"{"horizon":3,"advance":true}"#, "/sequence/future"),
            (#"{"sequence":\#(Self.record(60..<60, ahead: 2)),"horizon":3,"advance":true}"#, "/sequence/future/price"),
        ] {
            let refused = try server.request("POST", "/sessions/\(id(created))/step", body)
            #expect(refused.status == 422, "\(refused.text)")
            #expect(refused.json["errors"]?[0]?["pointer"]?.asString == pointer, "\(refused.text)")
        }
        #expect(try server.request("GET", "/sessions/\(id(created))").json["steps"]?.asInt == 60)
        #expect(server.stop() == 0)
    }
}
