import JSON
import TestSupport
import Testing

/// The container of a SageMaker endpoint: the real binary as it is started there.
@Suite(.serialized) struct SageMakerTests {
    private let lines = ["Content-Type: application/jsonlines"]
    private let target = "X-Amzn-SageMaker-Target-Model: "

    private func instances(_ configuration: String = "") -> String {
        #"{"instances":[{"start":"2026-01-01 00:00:00","target":[\#(Samples.series)]},"#
            + #"{"target":[1,2,"NaN",null,5]}]\#(configuration)}"#
    }

    @Test func invocations() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let ping = try server.request("GET", "/ping")
        #expect(ping.status == 200 && ping.body.isEmpty)
        let parameters = try server.request("GET", "/execution-parameters").json
        #expect(parameters["BatchStrategy"] == "SINGLE_RECORD" && parameters["MaxPayloadInMB"]?.asInt ?? 0 > 0)
        let none = try server.request("POST", "/invocations", instances())
        #expect(none.status == 404 && none.json["type"] == "ModelNotFoundException", "\(none.text)")

        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let configuration =
            #","configuration":{"num_samples":3,"output_types":["mean","quantiles","samples"],"#
            + #""quantiles":["0.10","0.9"]}"#
        let answer = try server.request("POST", "/invocations", instances(configuration))
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/json", "\(answer.text)")
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        #expect(check.faults(of: answer.json, "DeepARAnswer").isEmpty)

        // They are the forecasts of the native face, with the levels as they were written.
        let native = try server.request(
            "POST", "/predict",
            #"{"model":"wave","sequences":[[\#(Samples.series)],[1,2,null,null,5]],"quantiles":[0.1,0.9],"samples":3}"#
        ).json["predictions"]
        for index in 0..<2 {
            let one = answer.json["predictions"]?[index], other = native?[index]
            #expect(one?["mean"] != nil && one?["mean"] == other?["mean"] && one?["samples"] == other?["samples"])
            #expect(one?["samples"]?.elements?.count == 3)
            #expect(one?["quantiles"]?["0.10"] == other?["quantiles"]?["0.1"])
            #expect(one?["quantiles"]?["0.9"] == other?["quantiles"]?["0.9"])
        }
        let plain = try server.request("POST", "/invocations", instances()).json["predictions"]?[0]
        #expect(plain?.object?.keys == ["mean", "quantiles"] && plain?["quantiles"]?.object?.count == 9)
        #expect(server.stop() == 0)
    }

    /// Requests in lines, with the configuration and the port that the container is given.
    @Test func batchTransform() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(
            data: directory,
            environment: ["DEEPAR_INFERENCE_CONFIG": #"{ "num_samples": 200, "output_types": ["mean"] }"#])
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let first = #"{"start":"2026-01-01 00:00:00","target":[1,2,3,4]}"#
        let answer = try server.request(
            "POST", "/invocations", "\(first)\n\r\n{\"target\":[\(Samples.series)]}\n", headers: lines)
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/jsonlines", "\(answer.text)")
        #expect(answer.text.split(separator: "\n").count == 2 && answer.text.hasSuffix("}\n"))
        #expect(answer.lines.map { $0.object?.keys ?? [] } == [["mean"], ["mean"]])
        let native = try server.request("POST", "/predict", #"{"model":"wave","sequence":[\#(Samples.series)]}"#)
        #expect(answer.lines[1]["mean"] == native.json["predictions"]?[0]?["mean"])

        let cases: [(body: String, status: Int, words: String)] = [
            ("\(first)\n{\"target\":[1,\n", 400, "line 2, column"), ("", 422, "found none"),
            ("\(first)\n{\"target\":[1,\"x\"]}", 422, "line 2 /target/1: expected a number or null"),
            ("\(first)\n{\"target\":[null]}", 422, "line 2 /target: all values are missing"),
            (String(repeating: first + "\n", count: 1025), 422, "at most 1024 lines"),
        ]
        for (body, status, words) in cases {
            let answer = try server.request("POST", "/invocations", body, headers: lines)
            #expect(answer.status == status && answer.json["code"]?.asInt == status, "\(answer.text.prefix(500))")
            #expect(answer.json["message"]?.asString?.contains(words) == true, "\(answer.text.prefix(500))")
        }
        #expect(server.stop() == 0)
    }

    /// In the container of a batch transform every body is in lines: the type need not be there.
    @Test func batchContainer() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, environment: ["SAGEMAKER_BATCH": "true"])
        #expect(try server.finished(server.train(Samples.forecast))["status"] == "succeeded")
        let body = "{\"target\":[1,2,3]}\n{\"target\":[4,5,\"NaN\"]}"
        for type in ["Content-Type: ", "Content-Type: application/json", "Content-Type: text/plain"] {
            let answer = try server.request("POST", "/invocations", body, headers: [type])
            #expect(answer.status == 200 && answer.lines.count == 2, "\(type) \(answer.text)")
            #expect(answer.headers["content-type"] == "application/jsonlines")
            #expect(answer.lines.allSatisfy { $0.object?.keys == ["mean", "quantiles"] })
        }
        // Other requests keep their rule.
        let plain = try server.request("POST", "/predict", "{}", headers: ["Content-Type: text/plain"])
        #expect(plain.status == 415)
        #expect(server.stop() == 0)
    }

    /// Categories and features as DeepAR has them, in trainings and invocations.
    @Test func categoriesAndFeatures() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let features = (0..<96).map { String($0 % 3) }.joined(separator: ",")
        let series = [0, 1].map { category in
            #"{"start":"2026-01-01 00:00:00","target":[\#(Samples.series)],"cat":[\#(category)],"#
                + #""dynamic_feat":[[\#(features)]]}"#
        }
        let job = try server.finished(
            server.train(
                #"{"model":"shop","sequences":[\#(series.joined(separator: ","))],"network":{"hidden":4},"#
                    + #""training":{"epochs":2},"forecast":{"horizon":3,"seasonality":7,"frequency":"D"}}"#))
        #expect(job["status"] == "succeeded", "\(job.text)")
        func ask(_ members: String) throws -> TestAnswer {
            try server.request(
                "POST", "/invocations",
                #"{"instances":[{"start":"2026-02-26 00:00:00","target":[1,"NaN",3,4]\#(members)}]}"#)
        }
        let answer = try ask(#","cat":[1],"dynamic_feat":[[0,1,2,0,1,"NaN",0]]"#)
        #expect(answer.json["predictions"]?[0]?["mean"]?.asNumbers?.count == 3, "\(answer.text)")
        for (members, words) in [
            (#","cat":[1]"#, "/instances/0/future: 'dynamic_feat_0' is needed"),
            (#","dynamic_feat":[[0,1,2,0,1,2,0]]"#, "/instances/0/static: 'cat_0' is needed"),
            (#","cat":[1],"dynamic_feat":[[0,1,2,0,1]]"#, "/instances/0/dynamic_feat/0: "),
            (#","cat":[1,2],"dynamic_feat":[[0,1,2,0,1,2,0]]"#, "/instances/0/cat/1: "),
        ] {
            let error = try ask(members)
            #expect(error.status == 422 && error.json["message"]?.asString?.hasPrefix(words) == true, "\(error.text)")
        }
        #expect(server.stop() == 0)
    }

    /// Which model answers: that of the header, else of the configuration, else the only one.
    @Test func modelsAreChosen() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        for name in ["wave", "tide"] {
            let body = Samples.forecast.replacing("\"wave\"", with: "\"\(name)\"")
            #expect(try server.finished(server.train(body))["status"] == "succeeded")
        }
        let unnamed = try server.request("POST", "/invocations", instances())
        let message = try #require(unnamed.json["message"]?.asString)
        #expect(unnamed.status == 400 && unnamed.json["type"] == "BadRequestException")
        #expect(message.hasSuffix("there are tide, wave") && message.contains("default_model"), "\(message)")
        #expect(try server.request("POST", "/invocations", instances(), headers: [target + "tide"]).status == 200)
        #expect(try server.request("POST", "/invocations", instances(), headers: [target + "wave@1"]).status == 200)
        for (name, status) in [("none", 404), ("a b", 400), ("wave@9", 404)] {
            let answer = try server.request("POST", "/invocations", instances(), headers: [target + name])
            #expect(answer.status == status && answer.json["code"]?.asInt == status, "\(answer.text)")
        }
        #expect(server.stop() == 0)

        server = try TestServer(data: directory, arguments: ["--default-model", "tide@stable"])
        let expected = try server.request("POST", "/invocations", instances(), headers: [target + "tide"]).json
        #expect(try server.request("POST", "/invocations", instances()).json == expected)
        #expect(server.stop() == 0)
    }

    @Test func errors() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let point =
            #"{"model":"point","sequences":[[\#(Samples.series)]],"training":{"epochs":1},"#
            + #""forecast":{"distribution":"mse","horizon":3}}"#
        #expect(try server.finished(server.train(point))["status"] == "succeeded")
        // A model of the mean alone answers what it can, and says what it cannot.
        let mean = try server.request("POST", "/invocations", instances()).json["predictions"]?[0]
        #expect(mean?["mean"]?.asNumbers?.count == 3 && mean?["quantiles"] == .object([:]), "\(mean?.text ?? "")")
        let cases: [(body: String, status: Int, words: String)] = [
            ("{", 400, "byte 1"), ("{}", 422, "/instances: required"),
            (instances(#","configuration":{"quantiles":["0.5"]}"#), 422, "/configuration/quantiles: this model"),
            (
                instances(#","configuration":{"output_types":["samples"]}"#), 422,
                "/configuration/num_samples: this model"
            ),
            (#"{"instances":[{"target":[1,"x"]}]}"#, 422, "/instances/0/target/1: expected a number"),
            (#"{"instances":[{"target":[]}]}"#, 422, "/instances/0/target: at least one value"),
            (#"{"instances":[{"target":[1]},{"target":[null]}]}"#, 422, "/instances/1/target: all values"),
            (#"{"instances":[{"target":[1],"odd":2}]}"#, 422, "/instances/0/odd: unknown field"),
        ]
        let check = SchemaCheck(try server.request("GET", "/openapi.json").json)
        for (body, status, words) in cases {
            let answer = try server.request("POST", "/invocations", body)
            #expect(answer.status == status && answer.json["code"]?.asInt == status, "\(answer.text)")
            #expect(check.faults(of: answer.json, "SageMakerError").isEmpty)
            #expect(answer.json["message"]?.asString?.contains(words) == true, "\(answer.text)")
        }
        let form = try server.request("POST", "/invocations", instances(), headers: ["Content-Type: text/csv"])
        #expect(form.status == 415 && form.json["type"] == "UnsupportedMediaTypeException")
        #expect(form.headers["accept"] == "application/json, application/jsonlines")
        #expect(server.stop() == 0)
    }
}
