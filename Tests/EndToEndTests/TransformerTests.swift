import Glibc
import JSON
import TestSupport
import Testing

/// The cell `transformer` over HTTP and from the command line.
@Suite(.serialized) struct TransformerTests {
    private static func language(_ name: String = "blocks", epochs: Int = 3, hidden: Int = 16, extra: String = "")
        -> String
    {
        Samples.language(name, epochs: epochs, hidden: hidden, extra: extra).replacing(
            #""network":{"#, with: #""network":{"cell":"transformer","#)
    }

    /// A text past the window, whole and streamed, its score, and what the model says of itself.
    @Test func writesScoresAndTellsItsCost() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        let job = try server.finished(server.train(Self.language()))
        #expect(job["status"]?.asString == "succeeded", "\(job.text)")
        #expect(
            job["settings"]?["network"]?["heads"]?.asInt == 4
                && job["settings"]?["network"]?["feed_forward"]?.asInt == 64)

        let body = #"{"model":"blocks","prompt":"the cat","max_tokens":100,"seed":3,"top_k":5,"logprobs":true"#
        let whole = try server.request("POST", "/predict", body + "}")
        let answer = try #require(whole.json["predictions"]?[0])
        let text = try #require(answer["text"]?.asString), logprobs = try #require(answer["logprobs"]?.asNumbers)
        #expect(text.count == 100 && logprobs.count == 100 && answer["finish_reason"]?.asString == "length")
        let streams = try (0..<3).map { _ in try server.stream("POST", "/predict", body + #","stream":true}"#) }
        for stream in streams {
            let lines = try stream.whole().lines
            #expect(
                lines.compactMap { $0["text"]?.asString }.joined() == text
                    && lines.last?["reason"]?.asString == "length")
        }
        let score = try server.request(
            "POST", "/predict", #"{"model":"blocks","sequence":"the cat\#(text)","score":true}"#)
        #expect(score.json["predictions"]?[0]?["logprobs"]?.elements?.suffix(100).compactMap(\.asDouble) == logprobs)

        let halves = try server.request("POST", "/predict", body + #","weights":"float16"}"#)
        #expect(halves.status == 422 && halves.json["errors"]?[0]?["pointer"]?.asString == "/weights")

        let version = try #require(server.request("GET", "/models/blocks").json["versions"]?[0])
        let stream = try #require(version["stream"])
        #expect(stream["context"]?.asInt == 32 && stream["state_bytes_per_step"]?.asInt == (2 * 2 * 16 + 1) * 4)
        #expect(
            stream["state_bytes"]?.asInt == 32 * (2 * 2 * 16 + 1) * 4
                && stream["multiply_adds_per_context_step"]?.asInt == 2 * 2 * 16)
        #expect(try server.request("GET", "/models/blocks/versions/1").json["stream"] == stream)

        let onnx = try server.request("GET", "/models/blocks/versions/1/onnx")
        #expect(onnx.status == 409 && onnx.json["detail"]?.asString?.contains("safetensors") == true)
        #expect(
            try server.request("GET", "/models/blocks/versions/1/weights").text.contains(
                "layers.1.self_attn.in_proj_weight"))

        // A server started again answers the same.
        #expect(server.stop() == 0)
        server = try TestServer(data: directory)
        #expect(try server.request("POST", "/predict", body + "}").json["predictions"] == whole.json["predictions"])
        let next = try server.finished(
            server.train(#"{"model":"blocks","from":"blocks@1","text":"\#(Samples.text)","training":{"epochs":1}}"#))
        #expect(next["version"]?.asInt == 2 && next["settings"]?["network"]?["cell"]?.asString == "transformer")
    }

    @Test func killedJobEndsWithTheSameWeights() throws {
        let body = Self.language("long", epochs: 30, hidden: 48, extra: #","checkpoint_seconds":0.01"#)
        let undisturbed = try TemporaryDirectory()
        let calm = try TestServer(data: undisturbed)
        let expected = try calm.finished(calm.train(body))["result"]?["weights_sha256"]?.asString
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory, arguments: ["--training-threads", "1"])
        let id = try server.train(body)
        try server.wait(for: "a checkpoint") {
            try server.request("GET", "/jobs/\(id)/events?follow=false").lines.contains {
                $0["type"]?.asString == "checkpoint"
            }
        }
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        server = try TestServer(data: directory)
        let job = try server.finished(id)
        #expect(job["status"]?.asString == "succeeded" && expected != nil)
        #expect(job["result"]?["weights_sha256"]?.asString == expected)
        #expect(try server.request("GET", "/jobs/\(id)/gradients").json["pictures"]?.elements?.isEmpty == false)
    }

    @Test func otherTasksAndFaults() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let blocks = #""network":{"cell":"transformer","hidden":16}"#
        let forecast = Samples.forecast.replacing(#""network":{"hidden":8}"#, with: blocks)
        #expect(try server.finished(server.train(forecast))["status"]?.asString == "succeeded")
        let body = #"{"model":"wave","sequence":[\#(Samples.series)],"horizon":40"#
        let mean = try #require(
            server.request("POST", "/predict", body + "}").json["predictions"]?[0]?["mean"]?.asNumbers)
        let lines = try server.request("POST", "/predict", body + #","stream":true}"#).lines
        #expect(mean.count == 40 && lines.dropLast().compactMap { $0["mean"]?.asDouble } == mean)

        let labels = Samples.classification.replacing(#""network":{"hidden":12}"#, with: blocks)
        #expect(try server.finished(server.train(labels))["result"]?["metrics"]?["accuracy"]?.asDouble == 1)
        let label = try server.request("POST", "/predict", #"{"model":"letters","sequences":["aaab","zzyz"]}"#).json[
            "predictions"]
        #expect(label?[0]?["label"]?.asString == "A" && label?[1]?["label"]?.asString == "Z")

        for (network, training, pointer) in [
            (#""cell":"transformer","heads":3"#, "", "/network/heads"),
            (#""cell":"lstm","heads":2"#, "", "/network/heads"),
            (#""cell":"transformer","layer_norm":true"#, "", "/network/layer_norm"),
            (#""cell":"transformer""#, #""stateful":true"#, "/training/stateful"),
            (#""cell":"transformer""#, #""window":8193"#, "/training/window"),
            (#""cell":"transfomer""#, "", "/network/cell"),
        ] {
            let answer = try server.request(
                "POST", "/train",
                #"{"model":"m","text":"abcabcabc","network":{"hidden":16,\#(network)},"training":{\#(training)}}"#)
            #expect(
                answer.status == 422 && answer.json["errors"]?[0]?["pointer"]?.asString == pointer, "\(answer.text)")
        }
    }

    @Test func fromTheCommandLine() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let file = try directory.write(String(Samples.text.prefix(900)), to: "prose.txt")
        let train = try ChildProcess(
            ["train", file, "--model", "prose", "--set", "network.cell=transformer", "--set", "training.epochs=1"]
                + data, in: directory)
        #expect(train.wait() == 0, "\(train.errors)")
        let predict = try ChildProcess(
            ["predict", "--model", "prose", "--prompt", "the ", "--max-tokens", "40"] + data, in: directory)
        #expect(predict.wait() == 0 && predict.output.count >= 40, "\(predict.errors)")
    }
}
