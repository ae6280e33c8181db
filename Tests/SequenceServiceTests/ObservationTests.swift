import HTTPServer
import JSON
import SequenceService
import Testing

/// How metrics and access log lines are written.
@Suite struct ObservationTests {
    /// The text format of Prometheus, version 0.0.4: one HELP and one TYPE before the samples; `\`, `"` and line feed
    /// escaped.
    @Test func metricsAreEscaped() {
        var text = PrometheusText()
        text.metric("a_total", .counter, "Some \\ of\nthem.")
        text.sample("a_total", [("route", "/x\"y\\z\n")], 1)
        text.single("b", .gauge, "One.", 0.5)
        #expect(
            text.text
                == "# HELP a_total Some \\\\ of\\nthem.\n# TYPE a_total counter\na_total{route=\"/x\\\"y\\\\z\\n\"} "
                + "1\n# HELP b One.\n# TYPE b gauge\nb 0.5\n"
        )
    }

    @Test func bucketsAreCumulative() {
        var text = PrometheusText()
        text.histogram("h", [("r", "x")], bounds: [0.1, 1], counts: [2, 0, 3], sum: 7.5)
        #expect(
            text.text.split(separator: "\n") == [
                "h_bucket{r=\"x\",le=\"0.1\"} 2", "h_bucket{r=\"x\",le=\"1\"} 2", "h_bucket{r=\"x\",le=\"+Inf\"} 5",
                "h_sum{r=\"x\"} 7.5", "h_count{r=\"x\"} 5",
            ])
    }

    private func record(path: String) -> AccessRecord {
        AccessRecord(
            id: "id-1", peer: "::1", caller: "", method: "GET", path: path, route: "/x", status: 200, requestBytes: 1,
            responseBytes: 2, seconds: 0.00125,
            firstEventSeconds: nil, trace: nil, failure: nil)
    }

    /// What a client sends neither ends a line nor leaves its quotes.
    @Test func linesStayLines() throws {
        let record = record(path: "/a\r\n\"b\\\u{85}\u{2028}\u{1B}[31m")
        let text = AccessLogLine.text(record, milliseconds: 0)
        #expect(
            text
                == #"1970-01-01T00:00:00.000Z ::1 - "GET /a\u{d}\u{a}\"b\\\u{85}\u{2028}\u{1b}[31m" 200 id=id-1 "#
                + #"ms=1.25 in=1 out=2"#
        )
        let json = AccessLogLine.json(record, milliseconds: 0)
        #expect(!json.utf8.contains(0x0A) && !json.utf8.contains(0x1B))
        #expect(try JSONParser.parse(json)["path"]?.asString == record.path)
    }
}
