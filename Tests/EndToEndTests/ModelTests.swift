import JSON
import TestSupport
import Testing

/// Versions, labels, weights and deletion.
@Suite(.serialized) struct ModelTests {
    @Test func versionsAndLabels() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        for promote in ["always", "never"] {
            let body = Samples.forecast.dropLast() + #","promote":"\#(promote)"}"#
            #expect(try server.finished(server.train(String(body)))["status"]?.asString == "succeeded")
        }
        #expect(try stable(server) == 1)
        #expect(try server.request("POST", "/models/wave/labels", #"{"stable":2,"old":1}"#).status == 200)
        #expect(try stable(server) == 2)
        let predict = try server.request("POST", "/predict", #"{"model":"wave@old","sequence":[\#(Samples.series)]}"#)
        #expect(predict.json["model"]?.asString == "wave@1")

        let weights = try server.request("GET", "/models/wave/versions/2/weights")
        #expect(weights.status == 200 && weights.body.count > 8)
        #expect(weights.text.contains("rnn.weight_ih_l0"))

        let graph = try server.request("GET", "/models/wave/versions/2/onnx")
        #expect(graph.status == 200 && graph.text.contains("LSTM"))

        #expect(try server.request("DELETE", "/models/wave/versions/2").status == 204)
        #expect(try server.request("POST", "/predict", #"{"model":"wave","sequence":[1,2,3]}"#).status == 404)
        #expect(try server.request("DELETE", "/models/wave").status == 204)
        #expect(try server.request("GET", "/models").json["models"]?.elements?.isEmpty == true)
        // Numbers are never used twice.
        #expect(try server.finished(server.train(Samples.forecast))["version"]?.asInt == 3)
    }

    /// What ONNX's operators lack is refused and named; the rest of such a model works.
    @Test func cellOptionsInFiles() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let options = [
            ("normed", #""layer_norm":true,"recurrent_dropout":0.2"#, "rnn.layer_norm_ih_l0.weight", "layer_norm"),
            ("projected", #""projection":6,"layers":2,"residual":true"#, "rnn.weight_hr_l1", "projection"),
            ("before", #""cell":"gru","gru_reset":"before""#, "rnn.weight_hh_l0", nil),
        ]
        for (name, option, tensor, missing) in options {
            let body = Samples.language(name).replacing(#""hidden":16"#, with: #""hidden":16,"# + option)
            #expect(try server.finished(server.train(body))["status"]?.asString == "succeeded")
            let answer = try server.request(
                "POST", "/predict", #"{"model":"\#(name)","prompt":"the ","max_tokens":8,"seed":1}"#)
            #expect(answer.json["predictions"]?[0]?["tokens"]?.elements?.count == 8)
            #expect(try server.request("GET", "/models/\(name)/versions/1/weights").text.contains(tensor))
            let graph = try server.request("GET", "/models/\(name)/versions/1/onnx")
            #expect(graph.status == (missing == nil ? 200 : 422))
            if let missing { #expect(graph.json["detail"]?.asString?.contains(missing) == true) }
        }
    }

    /// Without data held back there is no skill: `if_better` keeps a version that was measured.
    @Test func anUnmeasuredVersionIsNotBetter() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let measured = try server.finished(server.train(Samples.forecast))
        #expect(measured["result"]?["skill"]?.asDouble != nil)
        let unmeasured = Samples.forecast.dropLast() + #","validation":0,"promote":"if_better"}"#
        let job = try server.finished(server.train(String(unmeasured)))
        #expect(job["result"]?["skill"]?.isNull == true && job["result"]?["promoted"]?.asBool == false)
        #expect(try stable(server) == 1)
    }

    /// A model without the label `stable` says which version could be meant.
    @Test func anUnknownLabelIsHelpedWith() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(String(Samples.forecast.dropLast() + #","promote":"never"}"#)))
        let answer = try server.request("POST", "/predict", #"{"model":"wave","sequence":[1,2,3]}"#)
        #expect(
            answer.status == 404
                && answer.json["detail"]?.asString == #"no label "wave@stable"; did you mean "wave@1"?"#,
            "\(answer.text)")
        _ = try server.request("POST", "/models/wave/labels", #"{"stable":1}"#)
        let close = try server.request("POST", "/predict", #"{"model":"wave@stabel","sequence":[1,2,3]}"#)
        #expect(close.json["detail"]?.asString?.contains("wave@stable") == true, "\(close.text)")
    }

    private func stable(_ server: TestServer) throws -> Int? {
        try server.request("GET", "/models/wave").json["labels"]?["stable"]?.asInt
    }
}
