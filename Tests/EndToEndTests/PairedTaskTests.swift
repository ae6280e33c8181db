import Glibc
import JSON
import TestSupport
import Testing

/// Sequences answered with sequences, from the request to files, streams and the terminal.
@Suite(.serialized) struct PairedTaskTests {
    @Test func sequenceToSequence() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        let plan = try server.request("POST", "/train?validate_only=true", Samples.reversal())
        #expect(plan.status == 200, "\(plan.text)")
        #expect(
            plan.json["parameters"]?.asInt ?? 0 > 5000
                && plan.json["settings"]?["network"]?["attention"]?.asString == "bahdanau")
        let job = try server.finished(server.train(Samples.reversal()))
        #expect(
            job["status"]?.asString == "succeeded" && job["task"]?.asString == "sequence_to_sequence", "\(job.text)")
        let metrics = job["result"]?["metrics"]
        for name in ["validation_loss", "token_accuracy", "exact_match"] {
            #expect(metrics?[name]?.asDouble != nil, "\(name)")
        }
        #expect(
            job["result"]?["baselines"]?["copy"]?["exact_match"]?.asDouble != nil
                && job["result"]?["verdict"]?.asString != nil)

        let body = #"{"model":"backwards","sequence":"abcd","attention":true"#
        let whole = try server.request("POST", "/predict", body + "}")
        let answer = try #require(whole.json["predictions"]?[0], "\(whole.text)")
        let tokens = try #require(answer["tokens"]?.elements?.compactMap { $0.asString })
        #expect(answer["output"]?.asString == tokens.joined() && answer["score"]?.asDouble != nil)
        let attention = try #require(answer["attention"]?.elements)
        #expect(attention.count == tokens.count)
        for row in attention {
            #expect(abs((row.asNumbers ?? []).reduce(0, +) - 1) < 1e-5 && row.asNumbers?.count == 4)
        }
        #expect(answer["input_tokens"]?.text == #"["a","b","c","d"]"#)

        let stream = try server.request("POST", "/predict", body + #","stream":true}"#)
        #expect(stream.lines.dropLast().compactMap { $0["token"]?.asString } == tokens)
        #expect(
            stream.lines.last?["reason"]?.asString == "stop" && stream.lines.first?["attention"]?.asNumbers?.count == 4)
        let several = try server.request(
            "POST", "/predict", #"{"model":"backwards","sequences":["aa","abcd","b"],"n_best":3}"#
        ).json
        #expect(several["predictions"]?[1]?["candidates"]?.elements?.count == 3)

        // The files alone answer the same.
        #expect(server.stop() == 0)
        server = try TestServer(data: directory)
        let again = try server.request("POST", "/predict", body + "}").json
        #expect(again["predictions"]?[0]?.text == answer.text)
        let onnx = try server.request("GET", "/models/backwards/versions/1/onnx")
        #expect(onnx.status == 409, "\(onnx.text)")
        #expect(try server.request("GET", "/models/backwards/versions/1/weights").status == 200)
    }

    @Test func pointer() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let job = try server.finished(server.train(Samples.sorting()))
        #expect(
            job["status"]?.asString == "succeeded" && job["settings"]?["pointer"]?["once"]?.asBool == true,
            "\(job.text)")
        let body = #"{"model":"order","sequence":[9,1,4,2,8,0],"attention":true,"beam_width":2"#
        let answer = try #require(try server.request("POST", "/predict", body + "}").json["predictions"]?[0])
        #expect(
            answer["indices"]?.asNumbers?.map { Int($0) }.sorted() == [0, 1, 2, 3, 4, 5]
                || answer["indices"]?.elements?.compactMap { $0.asInt }.sorted() == [0, 1, 2, 3, 4, 5])
        #expect(answer["attention"]?.elements?.count == 6 && answer["finish_reason"]?.asString == "stop")
        let stream = try server.request("POST", "/predict", #"{"model":"order","sequence":[9,1,4],"stream":true}"#)
        #expect(stream.lines.dropLast().compactMap { $0["position"]?.asInt }.sorted() == [0, 1, 2])
    }

    @Test func killedJobsEndWithTheSameWeights() throws {
        let extra = #","checkpoint_seconds":0.02"#
        for body in [
            Samples.reversal(epochs: 400, extra: extra + #","scheduled_sampling":0.3"#),
            Samples.sorting(epochs: 400, extra: extra),
        ] {
            let calm = try TemporaryDirectory()
            let calmServer = try TestServer(data: calm)
            let expected = try #require(
                try calmServer.finished(calmServer.train(body))["result"]?["weights_sha256"]?.asString)
            let directory = try TemporaryDirectory()
            var server = try TestServer(data: directory)
            let id = try server.train(body)
            let events = try server.stream("GET", "/jobs/\(id)/events")
            var text = ""
            while let chunk = try events.chunk(), !text.contains(#""type":"checkpoint""#) {
                text += String(decoding: chunk, as: UTF8.self)
            }
            server.process.signal(SIGKILL)
            _ = server.process.wait()
            server = try TestServer(data: directory)
            let job = try server.finished(id)
            #expect(job["status"]?.asString == "succeeded" && job["attempt"]?.asInt == 2)
            #expect(job["result"]?["weights_sha256"]?.asString == expected)
        }
    }

    @Test func commandsDrawTheAttention() throws {
        let directory = try TemporaryDirectory()
        let data = ["--data", directory.path + "/data"]
        let file = try directory.write(Samples.reversal(), to: "backwards.json")
        let train = try ChildProcess(["train", file] + data, in: directory)
        #expect(train.wait() == 0, "\(train.errors)")
        let plain = ["predict", "--model", "backwards", "--sequence", #""abcd""#, "--attention"] + data
        let piped = try ChildProcess(plain, in: directory)
        #expect(piped.wait() == 0, "\(piped.errors)")
        let lines = piped.output.split(separator: "\n").map(String.init)
        // The answer, the input as heads, a row for each of its tokens.
        #expect(lines.count == lines[0].count + 2 && lines[1].filter { $0 != " " } == "abcd", "\(piped.output)")
        for (line, token) in zip(lines.dropFirst(2), lines[0]) {
            #expect(
                line.first == token && line.dropFirst(2).count == 4
                    && line.dropFirst(2).allSatisfy { ".123456789#".contains($0) })
        }
        for (environment, mark) in [(["NO_COLOR": "1"], "░"), ([:], "\u{1B}[48;5;")] {
            let terminal = try Terminal(columns: 80)
            let drawn = try ChildProcess(plain, in: directory, environment: environment, outputTerminal: terminal)
            #expect(drawn.wait() == 0, "\(drawn.errors)")
            terminal.read()
            let text = terminal.lines.joined(separator: "\n")
            #expect(text.contains(mark) || (mark == "░" && text.contains { "▒▓█".contains($0) }), "\(text)")
            #expect(environment.isEmpty || !text.contains("\u{1B}"))
            for line in terminal.lines where environment["NO_COLOR"] != nil { #expect(line.count <= 80) }
        }
        let streamed = try ChildProcess(plain + ["--stream"], in: directory)
        #expect(streamed.wait() != 0 && streamed.errors.contains("--stream"))
    }

    @Test func faultsHavePointers() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.reversal(epochs: 1)))
        func head(_ task: String, _ pairs: String, _ rest: String = "") -> String {
            #"{"model":"m","task":"\#(task)","sequences":[\#(pairs)]\#(rest)}"#
        }
        let good = #"{"input":"ab","target":"ba"}"#
        let cases: [(path: String, body: String, pointer: String)] = [
            ("/train", head("sequence_to_sequence", good + #",{"input":"ab","target":["b"]}"#), "/sequences/1/target"),
            ("/train", head("sequence_to_sequence", good + #",{"input":"ab","target":[]}"#), "/sequences/1/target"),
            ("/train", head("sequence_to_sequence", good + #",{"input":"ab","target":""}"#), "/sequences/1/target"),
            ("/train", head("sequence_to_sequence", good + #",{"input":[1],"target":"b"}"#), "/sequences/1/input"),
            ("/train", head("sequence_to_sequence", #""ab""#), "/task"),
            ("/train", head("sequence_to_sequence", good, #","network":{"attention":"cosine"}"#), "/network/attention"),
            (
                "/train", head("sequence_to_sequence", good, #","network":{"decoder_layers":0}"#),
                "/network/decoder_layers"
            ),
            (
                "/train", head("sequence_to_sequence", good, #","training":{"scheduled_sampling":2}"#),
                "/training/scheduled_sampling"
            ),
            ("/train", head("pointer", #"{"input":[1,2],"target":[2]}"#), "/sequences/0/target"),
            ("/train", head("pointer", #"{"input":[1,2],"target":[0,2]}"#), "/sequences/0/target/1"),
            (
                "/train", head("pointer", #"{"input":[1,2],"target":[1,1]}"#, #","pointer":{"once":true}"#),
                "/sequences/0/target/1"
            ),
            ("/train", head("pointer", #"{"input":[1,2],"target":["a"]}"#), "/task"),
            (
                "/train", head("pointer", #"{"input":[1,2],"target":[1]}"#, #","pointer":{"twice":true}"#),
                "/pointer/twice"
            ),
            ("/train", #"{"model":"m","text":"abcabcabc","network":{"attention":"dot"}}"#, "/network/attention"),
            ("/predict", #"{"model":"backwards","sequence":"ab?"}"#, "/sequence"),
            ("/predict", #"{"model":"backwards","sequences":["ab",""]}"#, "/sequences/1"),
            ("/predict", #"{"model":"backwards","sequence":"ab","beam_width":1000}"#, "/beam_width"),
            ("/predict", #"{"model":"backwards","sequence":"ab","top":3}"#, "/top"),
        ]
        for item in cases {
            let answer = try server.request("POST", item.path, item.body)
            #expect(
                answer.status == 422 && answer.json["errors"]?[0]?["pointer"]?.asString == item.pointer,
                "\(item.body) answered \(answer.text)")
        }
    }
}
