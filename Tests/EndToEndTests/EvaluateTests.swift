import JSON
import TestSupport
import Testing

/// `POST /evaluate` with the real binary.
@Suite(.serialized) struct EvaluateTests {
    @Test func measuresAndRefuses() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let series = #"{"id":"first","target":[\#(Samples.series)]}"#
        let answer = try server.request(
            "POST", "/evaluate",
            #"{"model":"wave","sequences":[\#(series),[\#(Samples.series)]],"horizon":4,"origins":2,"#
                + #""by":["horizon","series"]}"#)
        #expect(answer.status == 200, "\(answer.text)")
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        #expect(check.faults(of: answer.json, "EvaluateAnswer").isEmpty, "\(answer.text)")
        #expect(answer.json["model"] == "wave@1" && answer.json["task"] == "forecast")
        #expect(answer.json["measured_on"] == "2 series × 2 origins")
        #expect(answer.json["by_horizon"]?.elements?.count == 4)
        let ids = answer.json["by_series"]?.elements?.map { $0["id"]?.asString }
        #expect(ids == ["first", nil])
        // The same series twice: what is true of both is true of each.
        let first = answer.json["by_series"]?[0]?["metrics"]?["mae"]?.asDouble ?? .nan
        #expect(abs(first - (answer.json["metrics"]?["mae"]?.asDouble ?? .nan)) < 1e-9)
        let plain = try server.request("POST", "/evaluate", #"{"model":"wave","sequences":[[\#(Samples.series)]]}"#)
        #expect(plain.json["by_horizon"] == nil && plain.json["by_series"] == nil)

        let missing = try server.request("POST", "/evaluate", #"{"model":"tide","sequences":[[1,2,3]]}"#)
        #expect(missing.status == 404, "\(missing.text)")
        for (body, pointer) in [
            (#"{"model":"wave"}"#, "/sequences"), (#"{"sequences":[[1,2,3]]}"#, "/model"),
            (#"{"model":"wave","sequences":[["a"]]}"#, "/sequences/0/0"),
            (#"{"model":"wave","sequences":[[1,2,3,4]],"by":["day"]}"#, "/by/0"),
            (#"{"model":"wave","sequences":[[1,2,3,4]],"by":"series"}"#, "/by"),
            (#"{"model":"wave","sequences":[[1,2,3,4]],"origins":0}"#, "/origins"),
            (#"{"model":"wave","sequences":[[1,2,3,4]],"horizon":0}"#, "/horizon"),
            (#"{"model":"wave","sequences":[[1,2,3,4]],"origin":2}"#, "/origin"),
        ] {
            let refused = try server.request("POST", "/evaluate", body)
            #expect(refused.status == 422, "\(body): \(refused.text)")
            #expect(refused.json["errors"]?[0]?["pointer"]?.asString == pointer, "\(body): \(refused.text)")
        }
        #expect(server.stop() == 0)
    }
}
