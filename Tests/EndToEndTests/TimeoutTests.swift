import JSON
import TestSupport
import Testing

/// `timeout_ms`: an end to what takes too long, and nothing else.
@Suite(.serialized) struct TimeoutTests {
    @Test func whatTakesTooLongEndsWith504() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.language(epochs: 1)))
        let late = try server.request(
            "POST", "/predict", #"{"model":"prose","prompt":"the","max_tokens":100000,"timeout_ms":5}"#)
        #expect(late.status == 504 && late.json["type"] == "/problems/timed-out")
        let detail = "\(late.json["detail"] ?? "")"
        #expect(detail.contains("within 5 ms: allow more with timeout_ms"))
        try server.wait(for: "its end") { try server.metric("rondo_predictions_active") == 0 }
        #expect(try server.metric("rondo_predictions_timed_out_total") == 1)
        #expect(try server.metric("rondo_predictions_cancelled_total") == 0)

        // The status of a stream has been sent: its last event is the error.
        let stream = try server.request(
            "POST", "/predict",
            #"{"model":"prose","prompt":"the","max_tokens":100000,"timeout_ms":100,"stream":true}"#)
        let last = try #require(stream.lines.last)
        #expect(stream.status == 200 && stream.lines.count > 1)
        #expect(last["done"] == true && last["reason"] == "timeout")
        #expect(last["error"]?["status"] == 504 && last["error"]?["type"] == "/problems/timed-out")

        // Whoever is in time gets what he gets without.
        let body = #"{"model":"prose","prompt":"the","max_tokens":20"#
        let free = try server.request("POST", "/predict", body + "}")
        let timed = try server.request("POST", "/predict", body + #","timeout_ms":3600000}"#)
        #expect(free.status == 200 && free.json["predictions"] == timed.json["predictions"])
        #expect(timed.json["timing"]?["batch_rows"]?.asDouble == 1)
        for wrong in ["0", "3600001", "1.5", #""1""#] {
            let refused = try server.request("POST", "/predict", body + #","timeout_ms":\#(wrong)}"#)
            #expect(refused.status == 422 && refused.json["errors"]?[0]?["pointer"] == "/timeout_ms")
        }
    }
}
