import JSON
import TestSupport
import Testing

/// Series with times, names and covariates against the real binary: trained, asked, streamed, exported, continued.
@Suite(.serialized) struct SeriesRecordTests {
    private static let steps = 120, horizon = 6

    /// A record of so many steps of sales, with what is known ahead for `ahead` more.
    private static func record(_ ahead: Int = 0, id: String = "north", kind: String = "city") -> String {
        func price(_ t: Int) -> Double { 2 + Double(t * 7 % 5) / 4 }
        func sold(_ t: Int) -> Double {
            let gift: Double = t % 9 == 4 ? 5 : 0
            return 20 - 4 * price(t) + gift + Double(t % 7)
        }
        let known = 0..<steps + ahead
        let prices = known.map { String(price($0)) }.joined(separator: ",")
        let promotions = known.map { $0 % 9 == 4 ? "\"half\"" : "\"none\"" }.joined(separator: ",")
        let sales = (0..<steps).map { String(sold($0)) }.joined(separator: ",")
        return #"{"id":"\#(id)","start":"2026-01-01","target":{"sales":[\#(sales)]},"#
            + #""future":{"price":[\#(prices)],"promo":[\#(promotions)]},"static":{"kind":"\#(kind)"}}"#
    }

    private static func training(_ members: String = "") -> String {
        #"{"model":"shops","sequences":[\#(record()),\#(record(id: "south", kind: "village"))],"#
            + #""forecast":{"horizon":\#(horizon),"frequency":"D"},"network":{"hidden":6},"#
            + #""training":{"epochs":3}\#(members)}"#
    }

    @Test func goThroughTheWholeProduct() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        let plan = try server.request("POST", "/train?validate_only=true", Self.training()).json
        #expect(plan["settings"]?["forecast"]?["frequency"] == "D" && plan["settings"]?["forecast"]?["lags"] == nil)
        let audit = (plan["audit"]?.asStrings ?? []).joined(separator: "\n")
        for text in ["steps of D", "day of the week", "price, promo (2 categories)", "kind (2 categories)"] {
            #expect(audit.contains(text), "\(text) in \(audit)")
        }
        let job = try server.finished(server.train(Self.training()))
        #expect(job["status"] == "succeeded", "\(job.text)")

        let asked = #"{"model":"shops","sequence":\#(Self.record(Self.horizon))}"#
        let answer = try server.request("POST", "/predict", asked)
        let whole = try #require(answer.json["predictions"]?[0], "\(answer.text)")
        #expect(check.faults(of: answer.json, "PredictAnswer").isEmpty)
        #expect(whole["id"] == "north" && whole["channels"] == ["sales"])
        #expect(whole["timestamps"]?.asStrings?.first == "2026-05-01")
        #expect(whole["timestamps"]?.elements?.count == Self.horizon)

        // A stream tells the same, step by step.
        let lines = try server.request("POST", "/predict", String(asked.dropLast()) + #","stream":true}"#).lines
        #expect(lines.count == Self.horizon + 1)
        for (step, line) in lines.dropLast().enumerated() {
            #expect(line["id"] == "north" && line["step"]?.asInt == step + 1)
            #expect(line["timestamp"] == whole["timestamps"]?[step] && line["mean"] == whole["mean"]?[step])
        }

        // An export comes back with all it knows.
        let weights = try server.request("GET", "/models/shops/versions/1/weights")
        let put = try TestExchange(
            port: server.port, "PUT", "/models/copy/versions", weights.body,
            headers: ["Content-Type: application/octet-stream"]
        ).whole()
        #expect(put.status == 201, "\(put.text)")
        let copied = try server.request("POST", "/predict", asked.replacing("shops", with: "copy"))
        #expect(copied.json["predictions"] == answer.json["predictions"], "\(copied.text)")

        // A training goes on from it, with the same inputs and no others.
        let onward = try server.finished(server.train(Self.training(#","from":"shops@1""#)))
        #expect(onward["status"] == "succeeded", "\(onward.text)")
        let bare = try server.request(
            "POST", "/train", #"{"model":"shops","from":"shops@1","sequences":[[1,2,3,4,5,6,7,8,9,10,11,12]]}"#)
        #expect(bare.status == 422, "\(bare.text)")
        #expect(server.stop() == 0)
    }

    /// A shop that opens tomorrow has no sales yet, but it is of a kind.
    @Test func aSeriesWithoutHistoryIsForecast() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Self.training()))["status"] == "succeeded")
        let cold =
            #"{"model":"shops","sequence":{"start":"2026-06-01","target":[],"future":{"price":[2,2,3,3,2,2],"#
            + #""promo":["none","none","half","none","none","none"]},"static":{"kind":"village"}}}"#
        let answer = try server.request("POST", "/predict", cold)
        #expect(answer.status == 200, "\(answer.text)")
        let means = answer.json["predictions"]?[0]?["mean"]?.asNumbers ?? []
        #expect(means.count == Self.horizon && means.allSatisfy { $0 > -20 && $0 < 60 }, "\(means)")
        #expect(answer.json["predictions"]?[0]?["timestamps"]?[0] == "2026-06-01")
        #expect(server.stop() == 0)
    }
}
