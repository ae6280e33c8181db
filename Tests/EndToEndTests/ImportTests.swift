import Glibc
import JSON
import TestSupport
import Testing

/// Weights from elsewhere become versions; an export comes back with nothing else.
@Suite(.serialized) struct ImportTests {
    /// A safetensors file of float32 tensors, all values 0.125 but for `special`.
    private func file(
        _ tensors: [(name: String, shape: [Int])], metadata: [String: String] = [:], special: Float? = nil
    ) -> [UInt8] {
        var header = JSONObject()
        if !metadata.isEmpty { header.append("__metadata__", JSONValue(metadata.mapValues { .string($0) })) }
        var data: [UInt8] = []
        for (name, shape) in tensors {
            let start = data.count
            for index in 0..<shape.reduce(1, *) {
                withUnsafeBytes(of: (index == 0 ? special ?? 0.125 : 0.125).bitPattern.littleEndian) { data += $0 }
            }
            header.append(
                name,
                [
                    "dtype": "F32", "shape": .array(shape.map { .integer($0) }),
                    "data_offsets": [.integer(start), .integer(data.count)],
                ])
        }
        let text = JSONValue.object(header).bytes
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + data
    }

    private let tensors: [(name: String, shape: [Int])] = [
        ("lstm.weight_ih_l0", [12, 2]), ("lstm.weight_hh_l0", [12, 3]), ("lstm.bias_ih_l0", [12]),
        ("lstm.bias_hh_l0", [12]),
        ("fc.weight", [2, 3]), ("fc.bias", [2]),
    ]
    /// `{"task":"classification","labels":["no","yes"]}`
    private let settings =
        "?settings=%7B%22task%22%3A%22classification%22%2C%22labels%22%3A%5B%22no%22%2C%22yes%22%5D%7D"

    private func put(_ server: TestServer, _ path: String, _ bytes: [UInt8], type: String = "application/octet-stream")
        throws -> TestAnswer
    {
        try TestExchange(port: server.port, "PUT", path, bytes, headers: ["Content-Type: \(type)"]).whole()
    }

    @Test func exportsComeBackAndPredictTheSame() throws {
        let directory = try TemporaryDirectory()
        var server = try TestServer(data: directory)
        let jobs: [(body: String, question: String)] = [
            (Samples.forecast, #""sequence":[\#(Samples.series)],"horizon":5,"samples":3"#),
            (Samples.language(), #""prompt":"the ","max_tokens":20,"seed":5,"logprobs":true"#),
            (Samples.classification, #""sequences":["aabaa","zzyzz"]"#),
        ]
        for job in jobs {
            let trained = try server.finished(server.train(job.body))
            let name = try #require(trained["model"]?.asString)
            let weights = try server.request("GET", "/models/\(name)/versions/1/weights")
            let answer = try put(server, "/models/\(name)-copy/versions", weights.body)
            #expect(
                answer.status == 201 && answer.headers["location"] == "/models/\(name)-copy/versions/1",
                "\(answer.text)")
            #expect(
                answer.json["version"]?.asInt == 1 && answer.json["job"]?.isNull == true
                    && answer.json["labels"]?.asStrings == ["stable"])
            #expect(answer.json["weights_sha256"] == trained["result"]?["weights_sha256"])
            let first = try server.request("POST", "/predict", #"{"model":"\#(name)",\#(job.question)}"#).json[
                "predictions"]
            let second = try server.request("POST", "/predict", #"{"model":"\#(name)-copy",\#(job.question)}"#).json[
                "predictions"]
            #expect(first != nil && first == second, "\(name)")
        }
        // Acknowledged, it outlives the process.
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        server = try TestServer(data: directory)
        #expect(
            try server.request("POST", "/predict", #"{"model":"prose-copy","prompt":"the","max_tokens":3}"#).status
                == 200)
        #expect(try server.request("GET", "/models/letters-copy/versions/1/onnx").status == 200)
    }

    @Test func versionsCountAndShowThemselves() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let bytes = file(tensors)
        #expect(try put(server, "/models/m/versions" + settings, bytes).status == 201)
        let second = try put(server, "/models/m/versions" + settings + "&promote=never", bytes)
        #expect(second.status == 201 && second.json["version"]?.asInt == 2 && second.json["labels"]?.asStrings == [])
        #expect(try server.request("GET", "/models/m").json["labels"]?["stable"]?.asInt == 1)
        let version = try server.request("GET", "/models/m/versions/1")
        #expect(version.status == 200 && version.json["description"]?["labels"]?.asStrings == ["no", "yes"])
        #expect(version.json["name"]?.asString == "m" && version.json["settings"]?["training"] == nil)
        #expect(try server.request("GET", "/models/m/versions/3").status == 404)
        // In the file, settings are the same.
        let own = file(
            tensors,
            metadata: ["rondo.settings": #"{"task":"classification","labels":["no","yes"],"metadata":{"from":"lab"}}"#])
        let third = try put(server, "/models/m/versions", own)
        #expect(third.status == 201 && third.json["metadata"]?["from"]?.asString == "lab")
        let answer = try server.request("POST", "/predict", #"{"model":"m","sequence":[[1,2],[3,4]]}"#)
        // Equal rows of the head: nothing tells the labels apart.
        #expect(answer.json["predictions"]?[0]?["probabilities"]?["no"]?.asDouble == 0.5)
    }

    @Test func refusalsSayWhatWouldBeRight() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--import-body-bytes-max", "4000"])
        let good = file(tensors)
        let path = "/models/m/versions"
        let cases: [(path: String, bytes: [UInt8], status: Int, pointer: String?, hint: String)] = [
            (path, good, 422, "", "settings"), (path + settings, Array(good.dropLast()), 400, nil, "safetensors"),
            (path + settings, [], 400, nil, "safetensors"),
            (path + settings, file(tensors + [("extra", [2])]), 422, "/tensors/extra", "not a part of this network"),
            (
                path + settings, file(tensors.filter { !$0.0.contains("bias_hh") }), 422, "/tensors/rnn.bias_hh_l0",
                "missing"
            ),
            (path + settings, Array("PK\u{3}\u{4} archive/data.pkl".utf8), 400, nil, "import torch"),
            (
                path + settings, file(Array(tensors.dropLast()) + [("fc.bias", [3])]), 422, "/tensors/head.bias",
                "[3], expected [2]"
            ),
            (path + settings, file(tensors, special: .infinity), 422, "/tensors/rnn.weight_ih_l0", "not finite"),
            (path + "?settings=%7B", good, 400, nil, "at byte 1"),
            (path + "?settings=%7B%7D", good, 422, "/task", "required"),
            (
                path + "?settings=%7B%22task%22%3A%22clasification%22%7D", good, 422, "/task",
                "did you mean 'classification'"
            ),
            (
                path
                    + "?settings=%7B%22task%22%3A%22regression%22%2C"
                    + "%22target_scaling%22%3A%7B%22mean%22%3A%5B1%5D%7D%7D",
                good, 422, "/target_scaling/deviation", "required"
            ),
            (path + settings + "&promote=maybe", good, 400, nil, "always"),
            ("/models/..x/versions" + settings, good, 422, "", "name"),
            (path + settings, file([("a", [4000])]), 413, nil, "4000"),
        ]
        for item in cases {
            let answer = try put(server, item.path, item.bytes)
            let place: Comment = "\(item.path) answered \(answer.status) \(answer.text)"
            #expect(answer.status == item.status && answer.text.contains(item.hint), place)
            if let pointer = item.pointer {
                #expect(answer.json["errors"]?.elements?.contains { $0["pointer"]?.asString == pointer } == true, place)
            }
        }
        #expect(try put(server, path + settings, good, type: "application/x-www-form-urlencoded").status == 415)
        #expect(try server.request("GET", path).status == 405)
        // Nothing refused leaves a trace.
        #expect(try server.request("GET", "/models").json["models"]?.elements?.isEmpty == true)
        #expect(try put(server, path + settings, good).json["version"]?.asInt == 1)
    }
}
