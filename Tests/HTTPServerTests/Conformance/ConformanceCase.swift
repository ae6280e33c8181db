/// Bytes sent on a connection of their own, and what must come back.
///
/// A good request follows all of them: it is answered by 200 where the connection has to stay, and by nothing where
/// it has to close, for nothing after a framing error is parsed.
struct ConformanceCase: Sendable, CustomStringConvertible {
    /// Document, section and what is tried: `9112 3.2: two Hosts`.
    let clause: String
    let raw: [UInt8]
    /// Of all responses, interim ones too, without the one of the good request behind.
    let statuses: [Int]
    let closes: Bool
    /// The content of the last response, if it matters.
    var content: String?
    /// A line that some response's head must have, and one that none may.
    var field: String?
    var noField: String?
    /// The responses have no content although their heads speak of it.
    var isHead = false
    /// 100 (Continue) may come before the response, or not when the content was already there.
    var mayHaveInterim = false

    var description: String { "\(clause) → \(statuses)\(closes ? " and close" : "")" }

    /// What keeps the connection.
    static func good(
        _ clause: String, _ raw: String, _ statuses: [Int] = [200], content: String? = nil, field: String? = nil,
        noField: String? = nil, isHead: Bool = false
    ) -> ConformanceCase {
        ConformanceCase(
            clause: clause, raw: Array(raw.utf8), statuses: statuses, closes: false, content: content, field: field,
            noField: noField, isHead: isHead)
    }

    /// What is served and then closes.
    static func last(
        _ clause: String, _ raw: String, _ statuses: [Int] = [200], content: String? = nil, field: String? = nil,
        noField: String? = nil
    ) -> ConformanceCase {
        ConformanceCase(
            clause: clause, raw: Array(raw.utf8), statuses: statuses, closes: true, content: content, field: field,
            noField: noField)
    }

    /// What is refused and closes.
    static func bad(_ clause: String, _ raw: String, _ status: Int = 400) -> ConformanceCase {
        bad(clause, bytes: Array(raw.utf8), status)
    }

    static func bad(_ clause: String, bytes: [UInt8], _ status: Int = 400) -> ConformanceCase {
        ConformanceCase(clause: clause, raw: bytes, statuses: [status], closes: true, field: "Connection: close")
    }

    // MARK: Requests

    static func line(_ line: String) -> String { "\(line)\r\nHost: a\r\n\r\n" }
    static func get(_ fields: String) -> String { "GET /hello HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }
    static func host(_ value: String) -> String { "GET /hello HTTP/1.1\r\nHost: \(value)\r\n\r\n" }
    static func post(_ fields: String, _ body: String = "") -> String {
        "POST /echo HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
    }
    static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }
    static func fill(_ count: Int) -> String { String(repeating: "x", count: count) }

    static let all = requestLines + targets + hosts + fields + lengths + chunks + methods + connections + limits
}
