import Dispatch
import JSON
import Synchronization
import TestSupport
import Testing

/// What streams promise: to stop with their client, and to be the same in company.
@Suite(.serialized) struct StreamTests {
    @Test func clientThatLeavesStopsTheComputation() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.language(epochs: 1)))
        let stream = try server.stream(
            "POST", "/predict", #"{"model":"prose","prompt":"the","max_tokens":100000,"stream":true}"#)
        for _ in 0..<3 { _ = try stream.chunk() }
        #expect(try server.metric("rondo_predictions_active") == 1)
        stream.leave()
        try server.wait(for: "the stream to leave the batch") { try server.metric("rondo_predictions_active") == 0 }
        #expect(try server.metric("rondo_predictions_cancelled_total") == 1)
        let steps = try server.metric("rondo_prediction_steps_total")
        #expect(steps < 100_000)
        #expect(try server.metric("rondo_prediction_steps_total") == steps)
        #expect(server.process.errors.contains("client left a stream"))
    }

    @Test func readerThatDoesNotReadSlowsOnlyItself() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.language(epochs: 1)))
        let silent = try server.stream(
            "POST", "/predict", #"{"model":"prose","prompt":"the","max_tokens":100000,"stream":true}"#)
        try server.wait(for: "back-pressure") {
            let before = try server.metric("rondo_prediction_steps_total")
            return try server.metric("rondo_prediction_steps_total") == before && before > 0
        }
        #expect(try server.metric("rondo_prediction_steps_total") < 100_000)
        let other = try server.request("POST", "/predict", #"{"model":"prose","prompt":"the","max_tokens":50}"#)
        #expect(other.json["predictions"]?[0]?["tokens"]?.elements?.count == 50)
        silent.leave()
    }

    @Test func companyChangesNothing() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.language()))
        let bodies = (0..<24).map {
            #"{"model":"prose","prompt":"\#(Samples.text.prefix(3 + $0))","max_tokens":\#(40 + $0),"seed":\#($0),"#
                + #""stream":true}"#
        }
        let alone = try bodies.map { try server.request("POST", "/predict", $0).lines.dropLast() }
        let together = Mutex([Int: ArraySlice<JSONValue>]())
        let port = server.port
        DispatchQueue.concurrentPerform(iterations: bodies.count) { index in
            let answer = try? TestExchange(port: port, "POST", "/predict", Array(bodies[index].utf8), headers: [])
                .whole()
            together.withLock { $0[index] = answer?.lines.dropLast() }
        }
        for index in bodies.indices { #expect(together.withLock { $0[index] } == alone[index]) }
    }
}
