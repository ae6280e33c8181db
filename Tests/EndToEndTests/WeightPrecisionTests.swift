import JSON
import TestSupport
import Testing

/// `"weights": "float16"`: the same model in half the memory, with answers near the float32 ones.
@Suite(.serialized) struct WeightPrecisionTests {
    @Test func halvesAnswerNearlyTheSame() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.language()))
        func logprobs(_ extra: String) throws -> [Double] {
            let answer = try server.request(
                "POST", "/predict", #"{"model":"prose","sequence":"the cat sat on the dog.","score":true\#(extra)}"#)
            #expect(answer.status == 200)
            return try #require(answer.json["predictions"]?[0]?["logprobs"]?.asNumbers)
        }
        let floats = try logprobs(""), halves = try logprobs(#","weights":"float16""#)
        #expect(try logprobs(#","weights":"float32""#).map(\.bitPattern) == floats.map(\.bitPattern))
        #expect(try logprobs(#","weights":"float16""#).map(\.bitPattern) == halves.map(\.bitPattern))
        // A weight is off by at most 2^-11 of itself: with these few, logits by less than a hundredth.
        let known = zip(floats, halves).filter { !$0.0.isNaN }
        #expect(known.count > 10 && known.allSatisfy { abs($0 - $1) < 0.01 } && known.contains { $0 != $1 })
    }

    @Test func otherNumbersAreRefused() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        let answer = try server.request("POST", "/predict", #"{"model":"prose","prompt":"a","weights":"int8"}"#)
        #expect(answer.status == 422 && answer.json["errors"]?[0]?["pointer"]?.asString == "/weights")
    }
}
