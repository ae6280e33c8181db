import JSON
import TestSupport
import Testing

/// `POST /predict {"score": true}` of a forecaster, with the real binary.
@Suite(.serialized) struct ScoringTests {
    /// The series of the samples with a value at step 81 (from 1) that does not fit.
    private static let faulty: String = {
        var values = Samples.series.split(separator: ",").map(String.init)
        values[80] = "900"
        values[90] = "null"
        return values.joined(separator: ",")
    }()

    @Test func scoresWholeAndStreamed() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let body = #"{"model":"wave","sequence":[\#(Self.faulty)],"score":true,"false_alarm_rate":0.0001}"#
        let answer = try server.request("POST", "/predict", body)
        #expect(answer.status == 200, "\(answer.text)")
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        #expect(check.faults(of: answer.json, "ForecastAnswer").isEmpty, "\(answer.text)")
        let score = answer.json["predictions"]?[0] ?? .null
        #expect(check.faults(of: score, "ForecastScore").isEmpty, "\(score.text)")
        #expect(score["warm_up"] == 48 && score["scored"] == 47 && score["false_alarm_rate"] == 0.0001)
        #expect(score["anomaly"]?[0] == .null && score["anomaly"]?[80] == true && score["pit"]?[90] == .null)
        #expect(score["anomaly"]?[79] == false && score["log_likelihood"]?.elements?.count == 96)
        #expect(score["expected"]?[80]?.asDouble ?? 900 < 400 && score["expected"]?[90]?.asDouble != nil)

        let stream = try server.request("POST", "/predict", String(body.dropLast()) + #","stream":true}"#)
        let events = try stream.text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
        #expect(events.count == 49 && events.last?["reason"] == "length" && events.last?["steps"] == 48)
        for (index, event) in events.dropLast().enumerated() {
            #expect(check.faults(of: event, "ForecastScoreEvent").isEmpty, "\(event.text)")
            #expect(event["step"] == .integer(49 + index) && event["pit"] == score["pit"]?[48 + index])
        }
        #expect(events[47]["anomalies"] == score["anomalies"] && events[46]["anomalies"] == nil)

        let table = try server.request("POST", "/predict", body, headers: ["Accept: text/csv"])
        let rows = table.text.split(separator: "\n")
        #expect(rows.first == "sequence,step,log_likelihood,pit,surprise,limit,expected,anomaly" && rows.count == 97)
        #expect(rows[1] == "0,1,,,,,," && rows[81].hasSuffix(",true"))
        #expect(server.stop() == 0)
    }

    @Test func refusesAndScoresSeveral() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        for (members, pointer) in [
            (#""score":true,"horizon":3"#, "/horizon"), (#""score":true,"samples":3"#, "/samples"),
            (#""score":true,"quantiles":[0.5]"#, "/quantiles"), (#""score":true,"seed":3"#, "/seed"),
            (#""score":true,"explain":true"#, "/explain"), (#""score":true,"warm_up":96"#, "/warm_up"),
            (#""score":true,"false_alarm_rate":0.6"#, "/false_alarm_rate"),
            (#""score":true,"false_alarm_rate":0"#, "/false_alarm_rate"),
            (#""false_alarm_rate":0.1"#, "/false_alarm_rate"), (#""warm_up":8"#, "/warm_up"),
            (#""score":1"#, "/score"),
        ] {
            let body = #"{"model":"wave","sequence":[\#(Samples.series)],\#(members)}"#
            let refused = try server.request("POST", "/predict", body)
            #expect(refused.status == 422, "\(members): \(refused.text)")
            #expect(refused.json["errors"]?[0]?["pointer"]?.asString == pointer, "\(members): \(refused.text)")
        }
        let short = try server.request("POST", "/predict", #"{"model":"wave","sequence":[1],"score":true}"#)
        #expect(short.status == 422 && short.json["errors"]?[0]?["pointer"] == "/sequence", "\(short.text)")

        let record = #"{"id":"north","start":"2026-01-01","target":[\#(Self.faulty)]}"#
        let both = try server.request(
            "POST", "/predict",
            #"{"model":"wave","sequences":[{"start":"2026-01-01","target":[\#(Samples.series)]},\#(record)],"#
                + #""score":true,"warm_up":60,"frequency":"D"}"#)
        #expect(both.status == 200, "\(both.text)")
        let second = both.json["predictions"]?[1] ?? .null
        #expect(second["id"] == "north" && second["timestamps"]?[95] == "2026-04-06" && second["scored"] == 35)
        #expect(both.json["predictions"]?[0]?["scored"] == 36)
        let alone = try server.request(
            "POST", "/predict",
            #"{"model":"wave","sequence":\#(record),"score":true,"warm_up":60,"frequency":"D"}"#)
        #expect(alone.json["predictions"]?[0] == second, "company changes nothing")

        let command = try ChildProcess(
            ["predict", "--model", "wave", "--sequence", "[\(Self.faulty)]", "--score"]
                + ["--url", "http://127.0.0.1:\(server.port)"], in: directory)
        #expect(command.wait() == 0, "\(command.errors)")
        #expect(command.output.split(separator: "\n").contains { $0.contains("81") && $0.contains("true") })
        #expect(command.errors.contains("of 47 values with a surprise above"), "\(command.errors)")
        #expect(server.stop() == 0)
    }
}
