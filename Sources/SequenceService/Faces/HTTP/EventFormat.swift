package import HTTPServer
package import HTTPTypes
package import JSON

/// How a stream of events is written: a JSON line each, or Server-Sent Events.
package enum EventFormat: Sendable {
    case lines
    case serverSentEvents

    /// SSE when the client accepts `text/event-stream`, lines otherwise.
    package init(_ request: Request) {
        let accepts = request.head.headerFields[.accept] ?? ""
        let types = accepts.lowercased().split(separator: ",").map { $0.prefix { $0 != ";" }.filter { $0 != " " } }
        self = types.contains("text/event-stream") ? .serverSentEvents : .lines
    }

    private static let accelBuffering = HTTPField.Name("X-Accel-Buffering")

    /// The fields of an answer in this format. An event is for now: no cache keeps it, and no proxy that heeds one of
    /// these holds it back until its buffer is full, as nginx does by default.
    package var headers: HTTPFields {
        var headers = HTTPFields()
        switch self {
        case .lines: headers[.contentType] = "application/x-ndjson"
        case .serverSentEvents: headers[.contentType] = "text/event-stream"
        }
        headers[.cacheControl] = "no-cache, no-store"
        if let name = Self.accelBuffering { headers[name] = "no" }
        return headers
    }

    /// Appends one event.
    ///
    /// - Parameter id: the SSE id, with which a client that reconnects says where it was; nil leaves it where it is.
    package func append(_ event: JSONValue, id: Int64?, to bytes: inout [UInt8]) {
        switch self {
        case .lines:
            event.encoded(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        case .serverSentEvents:
            bytes.append(contentsOf: ((id.map { "id: \($0)\n" } ?? "") + "data: ").utf8)
            event.encoded(into: &bytes)
            bytes.append(contentsOf: "\n\n".utf8)
        }
    }

    /// What shows that a quiet stream lives: a comment in SSE, nothing in lines.
    package var heartbeat: [UInt8] {
        switch self {
        case .lines: []
        case .serverSentEvents: Array(": alive\n\n".utf8)
        }
    }
}
