import HTTPServer
import HTTPTypes
import JSON
import SequenceService
import Testing

/// Events as lines and as Server-Sent Events.
@Suite struct EventFormatTests {
    private func format(accepting accept: String?) -> EventFormat {
        var head = HTTPRequest(method: .get, scheme: nil, authority: "a", path: "/")
        head.headerFields[.accept] = accept
        return EventFormat(Request(head: head, path: "/"))
    }

    private func text(_ format: EventFormat, id: Int64?) -> String {
        var bytes: [UInt8] = []
        format.append(["a": 1], id: id, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (nil, false), ("*/*", false), ("application/json", false), ("text/event-stream", true),
        ("Text/Event-Stream; q=0.9", true), ("application/json, text/event-stream", true),
        ("text/event-streams", false), ("text/*", false),
    ])
    func theClientChooses(_ accept: String?, _ isServerSentEvents: Bool) {
        let format = format(accepting: accept)
        #expect(
            format.headers[.contentType] == (isServerSentEvents ? "text/event-stream" : "application/x-ndjson"),
            "\(accept ?? "")")
        #expect(format.headers[.cacheControl] == "no-cache, no-store")
        // nginx collects an answer in its buffers unless it is told not to.
        #expect(format.headers.first { $0.name.canonicalName == "x-accel-buffering" }?.value == "no")
    }

    @Test func eventsAreWritten() {
        #expect(text(.lines, id: 7) == "{\"a\":1}\n" && text(.lines, id: nil) == "{\"a\":1}\n")
        #expect(text(.serverSentEvents, id: 7) == "id: 7\ndata: {\"a\":1}\n\n")
        #expect(text(.serverSentEvents, id: nil) == "data: {\"a\":1}\n\n")
        // A comment, which no client takes for an event.
        #expect(EventFormat.lines.heartbeat.isEmpty)
        #expect(String(decoding: EventFormat.serverSentEvents.heartbeat, as: UTF8.self) == ": alive\n\n")
    }
}
