package import HTTPServer
import JSON

/// How a request that has ended reads in the access log: a line, by its format.
package enum AccessLogLine {
    /// `2026-01-01T00:00:00.000Z 127.0.0.1 ci "POST /predict" 200 id=… ms=1.25 in=120 out=482 trace=…`; a missing name
    /// is "-".
    package static func text(_ record: AccessRecord, milliseconds: Int64) -> String {
        var line = Timestamp.text(milliseconds: milliseconds)
        line += " \(record.peer ?? "-") \(record.caller.isEmpty ? "-" : record.caller) "
        line += quoted(record.method + " " + record.path)
        line +=
            " \(record.status) id=\(record.id) ms=\(rounded(record.seconds)) in=\(record.requestBytes) "
            + "out=\(record.responseBytes)"
        if let seconds = record.firstEventSeconds { line += " first_ms=\(rounded(seconds))" }
        if let trace = record.trace { line += " trace=\(trace.traceID) span=\(trace.spanID) parent=\(trace.parentID)" }
        if let failure = record.failure { line += " failure=\(failure.rawValue)" }
        return line
    }

    /// One JSON object, without the members that would be empty.
    package static func json(_ record: AccessRecord, milliseconds: Int64) -> String {
        var members: JSONObject = [
            "time": .string(Timestamp.text(milliseconds: milliseconds)), "kind": "access", "id": .string(record.id),
        ]
        if let peer = record.peer { members.append("peer", .string(peer)) }
        if !record.caller.isEmpty { members.append("key", .string(record.caller)) }
        members.append("method", .string(record.method))
        members.append("path", .string(record.path))
        members.append("route", .string(record.route))
        members.append("status", .integer(record.status))
        members.append("request_bytes", .integer(record.requestBytes))
        members.append("response_bytes", .integer(record.responseBytes))
        members.append("ms", .number(rounded(record.seconds)))
        if let seconds = record.firstEventSeconds { members.append("first_event_ms", .number(rounded(seconds))) }
        if let trace = record.trace {
            members.append("trace_id", .string(trace.traceID))
            members.append("span_id", .string(trace.spanID))
            members.append("parent_id", .string(trace.parentID))
        }
        if let failure = record.failure { members.append("failure", .string(failure.rawValue)) }
        return JSONValue.object(members).text
    }

    /// Milliseconds to the microsecond.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e3 }

    /// Quotes, and control characters escaped: what a client sent never ends a line.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"", "\\": result += "\\\(character)"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                result += "\\u{\(String(character.value, radix: 16))}"
            default: result.unicodeScalars.append(character)
            }
        }
        return result + "\""
    }
}
