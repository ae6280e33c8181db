import JSON
import TestSupport
import Testing

/// Words that a model does not know, over HTTP: from the training to an answer, a stream, a copy of the model.
@Suite(.serialized) struct UnknownTokenTests {
    private static let text = String(repeating: "the cat sat on the mat. ", count: 12)

    private func body(_ choice: String) -> String {
        #"{"model":"\#(choice)","text":"\#(Self.text)","tokens":"words","unknown":"\#(choice)","#
            + #""network":{"hidden":6},"training":{"epochs":1}}"#
    }

    @Test func isTrainedAnsweredStreamedAndCopied() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        for choice in ["skip", "token"] {
            let job = try server.finished(server.train(body(choice)))
            #expect(job["settings"]?["unknown"]?.asString == choice)
            let question = #"{"model":"\#(choice)","sequence":"the zebra sat zz","max_tokens":3"#
            let answer = try server.request("POST", "/predict", question + "}").json["predictions"]?[0]
            #expect(answer?["unknown"]?.text == #"{"count":2,"first":" zebra","position":1}"#, "\(answer?.text ?? "")")
            let known = try server.request("POST", "/predict", #"{"model":"\#(choice)","prompt":"the cat"}"#)
            #expect(known.json["predictions"]?[0]?["unknown"] == nil && known.status == 200)

            let stream = try server.request("POST", "/predict", question + #","stream":true}"#)
            #expect(stream.lines.last?["unknown"]?["count"]?.asInt == 2 && stream.lines.count == 4)
            let several = try server.request(
                "POST", "/predict",
                #"{"model":"\#(choice)","sequences":["the cat","the dog"],"max_tokens":2,"stream":true}"#)
            let found = several.lines.last?["unknown"]?.elements
            #expect(found?.count == 2 && found?[0].isNull == true && found?[1]["first"]?.asString == " dog")

            for flags in [[], ["--stream"]] {
                let command = try ChildProcess(
                    [
                        "predict", "--model", choice, "--prompt", "the zebra sat zz", "--max-tokens", "2", "--url",
                        "http://127.0.0.1:\(server.port)",
                    ] + flags, in: directory)
                #expect(command.wait() == 0, "\(command.errors)")
                let words = "2 tokens are not in the model's vocabulary, the first is \" zebra\" at token 1\n"
                #expect(command.errors == words && !command.output.contains("zebra"))
            }

            let weights = try server.request("GET", "/models/\(choice)/versions/1/weights").body
            let copy = try TestExchange(
                port: server.port, "PUT", "/models/copy-\(choice)/versions", weights,
                headers: ["Content-Type: application/octet-stream"]
            ).whole()
            #expect(copy.status == 201, "\(copy.text)")
            let again = question.replacing("\"\(choice)\"", with: "\"copy-\(choice)\"") + "}"
            #expect(try server.request("POST", "/predict", again).json["predictions"]?[0] == answer)
        }
        let refused = try server.request(
            "POST", "/train", #"{"model":"n","sequences":[[1,2,3,4,5,6,7,8]],"unknown":"skip"}"#)
        #expect(refused.status == 422 && refused.text.contains("numeric sequences have no tokens"), "\(refused.text)")
        let misspelt = try server.request("POST", "/train", body("tokens"))
        #expect(misspelt.status == 422 && misspelt.text.contains("did you mean 'token'"), "\(misspelt.text)")
    }
}
