import JSON
import TestSupport
import Testing

/// KServe's time series protocol against the real binary.
@Suite(.serialized) struct KServeTests {
    private let path = "/v1/timeseries/forecast"

    private func body(
        _ series: String = Samples.series, model: String = "wave", type: String = "univariate", options: String = ""
    ) -> String {
        #"{"model":"\#(model)","inputs":[{"type":"\#(type)_time_series","name":"first","series":[\#(series)],"#
            + #""frequency":"hour"},{"type":"univariate_time_series","name":"second","series":[1,2,null,4],"#
            + #""frequency":"H"}],"options":{"horizon":5\#(options)},"metadata":{"request_id":"r"},"more":1}"#
    }

    @Test func forecasts() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let answer = try server.request("POST", path, body(options: #","quantiles":[0.1,0.9]"#))
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/json", "\(answer.text)")
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        #expect(check.faults(of: answer.json, "KServeForecastAnswer").isEmpty)
        #expect(answer.json["model"] == "wave@1" && answer.json["metadata"]?["request_id"] == "r")
        let contents = (answer.json["outputs"]?.elements ?? []).compactMap { $0["content"]?[0] }
        #expect(contents.map { $0["name"]?.asString } == ["first", "second"])
        #expect(contents.map { $0["frequency"]?.asString } == ["hour", "H"])

        // It is the same forecast as the native face's.
        let native = try server.request(
            "POST", "/predict",
            #"{"model":"wave","sequences":[[\#(Samples.series)],[1,2,null,4]],"horizon":5,"quantiles":[0.1,0.9]}"#
        ).json["predictions"]
        for index in 0..<2 {
            #expect(contents[index]["mean_forecast"] == native?[index]?["mean"])
            #expect(contents[index]["quantiles"] == native?[index]?["quantiles"])
        }
        let mean = try server.request("POST", path, body()).json["outputs"]?[0]?["content"]?[0]
        #expect(mean?["quantiles"] == nil && mean?["mean_forecast"] == native?[0]?["mean"])
        // A series in brackets is the same series.
        let bracketed = Samples.series.split(separator: ",").map { "[\($0)]" }.joined(separator: ",")
        let nested = try server.request("POST", path, body(bracketed, type: "multivariate"))
        #expect(nested.json["outputs"]?[0]?["content"]?[0]?["mean_forecast"]?.elements?.count == 5, "\(nested.text)")
        #expect(server.stop() == 0)
    }

    /// The example of the protocol's document: each series has its frequency, and the forecast begins where it ends.
    @Test func forecastsHaveTheirStart() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let cases = [
            ("D", "2025-06-05T13:10:00Z", "2025-06-12T13:10:00Z"),
            ("H", "2025-06-05T13:10:00Z", "2025-06-05T20:10:00Z"),
            ("month", "2025-06-30", "2026-01-30"), ("quarter", "2025-03-31 08:00:00", "2026-12-31 08:00:00"),
            ("30min", "2025-06-05T13:10:00+02:00", "2025-06-05T16:40:00+02:00"),
        ]
        let inputs = cases.enumerated().map { index, one in
            #"{"type":"univariate_time_series","name":"\#(index)","series":[11,12,12.5,13,null,14,15],"#
                + #""frequency":"\#(one.0)","start_timestamp":"\#(one.1)"}"#
        }
        let answer = try server.request(
            "POST", path, #"{"model":"wave","inputs":[\#(inputs.joined(separator: ","))],"options":{"horizon":2}}"#)
        let starts = (answer.json["outputs"]?.elements ?? []).map {
            $0["content"]?[0]?["start_timestamp"]?.asString ?? ""
        }
        #expect(starts == cases.map(\.2), "\(answer.text)")
        let wrong = try server.request(
            "POST", path,
            #"{"model":"wave","inputs":[\#(inputs[0].replacing("2025-06-05T13", with: "2025-06-31T13"))],"#
                + #""options":{"horizon":2}}"#)
        #expect(wrong.status == 422 && wrong.json["error"]?["param"] == "/inputs/0/start_timestamp", "\(wrong.text)")
        #expect(server.stop() == 0)
    }

    /// A model whose series have times and covariates.
    static let timed = """
        {"model":"shop","sequences":[{"start":"2026-01-01","target":[\(Samples.series)],\
        "future":{"price":[\((0..<96).map { String($0 % 3) }.joined(separator: ","))]}}],\
        "network":{"hidden":4},"training":{"epochs":2},"forecast":{"horizon":3,"seasonality":7,"frequency":"D"}}
        """

    @Test func timesAndCovariates() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let job = try server.finished(server.train(Self.timed))
        #expect(job["status"] == "succeeded", "\(job.text)")
        func ask(_ member: String, _ frequency: String = "day") throws -> TestAnswer {
            try server.request(
                "POST", path,
                #"{"model":"shop","inputs":[{"type":"univariate_time_series","name":"bread","series":[1,2,3,4],"#
                    + #""frequency":"\#(frequency)","start_timestamp":"2026-02-26T00:00:00Z"\#(member)}],"#
                    + #""options":{"horizon":3}}"#)
        }
        let answer = try ask(#","future":{"price":[0,1,2,0,1,2,0]}"#)
        let content = answer.json["outputs"]?[0]?["content"]?[0]
        #expect(content?["start_timestamp"] == "2026-03-02T00:00:00Z", "\(answer.text)")
        #expect(content?["mean_forecast"]?.asNumbers?.count == 3)
        for (member, frequency, param) in [
            ("", "D", "/inputs/0/future"), (#","future":{"price":[0,1]}"#, "D", "/inputs/0/future/price"),
            (#","future":{"price":[0,1,2,0,1,2,0]}"#, "hour", "/inputs/0/frequency"),
            (#","future":{"price":[0,1,2,0,1,2,0],"odd":[1,2,3,4,5,6,7]}"#, "D", "/inputs/0/future/odd"),
        ] {
            let error = try ask(member, frequency)
            #expect(error.status == 422 && error.json["error"]?["param"]?.asString == param, "\(error.text)")
        }
        #expect(server.stop() == 0)
    }

    /// Errors in the protocol's form, with what and where.
    @Test func errors() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let prose = #"{"model":"prose","text":"abcabcabcabcabcabcabcabc","training":{"epochs":1}}"#
        #expect(try server.finished(server.train(prose))["status"] == "succeeded")
        let cases: [(body: String, status: Int, param: String?, type: String, words: String)] = [
            ("{", 400, "", "malformed_json", "byte 1"),
            (#"{"model":"wave"}"#, 422, "/inputs", "invalid_request", "/options: required"),
            (body(model: "none"), 404, nil, "not_found", "no model \"none\""),
            (body(model: "wave@7"), 404, nil, "not_found", "wave@7"),
            (body(model: "prose"), 422, "/model", "invalid_request", "language_model"),
            (body("1,2,\"3\""), 422, "/inputs/0/series/2", "invalid_request", "expected a number or null"),
            (body("[1,2]", type: "multivariate"), 422, "/inputs/0/series", "invalid_request", "2 channels"),
            (body("null"), 422, "/inputs/0/series", "invalid_request", "all values are missing"),
            (body(options: #","quantiles":[0.5,2]"#), 422, "/options/quantiles/1", "invalid_request", "2"),
            (body().replacing(":5", with: ":50000"), 422, "/options/horizon", "invalid_request", "50000"),
        ]
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        for (body, status, param, type, words) in cases {
            let answer = try server.request("POST", path, body), error = answer.json["error"]
            #expect(answer.status == status && error?["code"]?.asString == "\(status)", "\(answer.text)")
            #expect(check.faults(of: answer.json, "KServeErrorAnswer").isEmpty)
            #expect(error?["param"]?.asString == param && error?["type"]?.asString == type, "\(answer.text)")
            #expect(error?["message"]?.asString?.contains(words) == true, "\(answer.text)")
        }
        let form = try server.request("POST", path, body(), headers: ["Content-Type: text/plain"])
        #expect(form.status == 415 && form.json["error"]?["type"] == "unsupported_media_type")
        #expect(try server.request("POST", path + "?x=1", body()).json["error"]?["code"] == "400")
        #expect(server.stop() == 0)
    }
}
