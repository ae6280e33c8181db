/// One request with what it must give: a status of refusal, 200 for accepted, 0 for "waits for more".
struct RequestCase: Sendable, CustomStringConvertible {
    let clause: String
    let raw: String
    let status: Int
    var description: String { "\(clause) → \(status)" }

    init(_ clause: String, _ raw: String, _ status: Int) {
        self.clause = clause
        self.raw = raw
        self.status = status
    }

    private static func get(_ fields: String) -> String { "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }
    private static func line(_ line: String) -> String { "\(line)\r\nHost: a\r\n\r\n" }
    private static func host(_ value: String) -> String { "GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n" }
    private static func post(_ fields: String, _ body: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
    }
    private static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }
    private static func fill(_ count: Int) -> String { String(repeating: "x", count: count) }

    static let all: [RequestCase] = requestLine + fields + hosts + framing + chunks

    private static let requestLine: [RequestCase] = [
        .init("9112 3: plain", get(""), 200),
        .init("9112 2.2: one empty line before", "\r\n" + get(""), 200),
        .init("9112 2.2: two empty lines before", "\r\n\r\n" + get(""), 400),
        .init("9112 2.2: bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400),
        .init("9112 2.2: bare LF after field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
        .init("9112 2.2: bare CR in line", line("GET /\ra HTTP/1.1"), 400),
        .init("9112 2.2: CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400),
        .init("9112 3: two spaces", line("GET  / HTTP/1.1"), 400),
        .init("9112 3: two spaces before version", line("GET /  HTTP/1.1"), 400),
        .init("9112 3: tab", line("GET\t/ HTTP/1.1"), 400),
        .init("9112 3: space at the end", line("GET / HTTP/1.1 "), 400),
        .init("9112 3: leading space", line(" GET / HTTP/1.1"), 400),
        .init("9112 3: no version (HTTP/0.9)", line("GET /"), 400),
        .init("9112 3: nothing but a method", line("GET"), 400),
        .init("9112 3.1: method no token", line("G{T / HTTP/1.1"), 400),
        .init("9110 9.1: unknown method is framed", line("BREW / HTTP/1.1"), 200),
        .init("9110 9.3.6: CONNECT", line("CONNECT a:80 HTTP/1.1"), 501),
        .init("9112 2.3: lower-case name", line("GET / http/1.1"), 400),
        .init("9112 2.3: no minor", line("GET / HTTP/1"), 400),
        .init("9112 2.3: two digits", line("GET / HTTP/1.10"), 400),
        .init("9112 2.3: other name", line("GET / HTTPS/1.1"), 400),
        .init("9110 15.6.6: 2.0", line("GET / HTTP/2.0"), 505),
        .init("9110 15.6.6: 0.9", line("GET / HTTP/0.9"), 505),
        .init("9110 15.6.6: 3.0", line("GET / HTTP/3.0"), 505),
        .init("9113 3.4: HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        .init("9110 2.5: 1.2 is served as 1.1", line("GET / HTTP/1.2"), 200),
        .init("9112 2.3: 1.0", line("GET / HTTP/1.0"), 200),
        .init("9112 3.2: NUL in target", line("GET /\0 HTTP/1.1"), 400),
        .init("9112 3.2: not ASCII", line("GET /ä HTTP/1.1"), 400),
        .init("9112 3.2: fragment", line("GET /a#b HTTP/1.1"), 400),
        .init("3986 2.1: half a triple", line("GET /%4 HTTP/1.1"), 400),
        .init("3986 2.1: no hex", line("GET /%zz HTTP/1.1"), 400),
        .init("3986 7.3: encoded NUL", line("GET /%00 HTTP/1.1"), 400),
        .init("3986 2.2: encoded slash", line("GET /a%2Fb HTTP/1.1"), 400),
        .init("3629 3: encoded bytes not UTF-8", line("GET /%ff HTTP/1.1"), 400),
        .init("3986 3.4: quote in query", line("GET /?a=\" HTTP/1.1"), 400),
        .init("3986 3.4: query", line("GET /?a=b&c=%20+d?/ HTTP/1.1"), 200),
        .init("9112 3.2.2: absolute form", line("GET http://b:80/x HTTP/1.1"), 200),
        .init("9112 3.2.2: absolute form without path", line("GET http://b?x=1 HTTP/1.1"), 200),
        .init("9110 4.2.1: absolute form without host", line("GET http:///x HTTP/1.1"), 400),
        .init("9110 4.2.4: user information", line("GET http://u@b/ HTTP/1.1"), 400),
        .init("9112 3.2.2: other scheme", line("GET ftp://b/ HTTP/1.1"), 400),
        .init("9112 3.2: relative", line("GET a/b HTTP/1.1"), 400),
        .init("9112 3.2.4: OPTIONS *", line("OPTIONS * HTTP/1.1"), 200),
        .init("9112 3.2.4: GET *", line("GET * HTTP/1.1"), 400),
        .init("9112 3: TLS hello", "\u{16}\u{03}\u{01}", 400),
        .init("9110 15.5.15: longest line", line("GET /\(fill(16 * 1024 - 14)) HTTP/1.1"), 200),
        .init("9110 15.5.15: line one too long", line("GET /\(fill(16 * 1024 - 13)) HTTP/1.1"), 414),
        .init("9110 15.5.15: long line without end", "GET /" + fill(20_000), 414),
    ]

    private static let fields: [RequestCase] = [
        .init("9112 5.1: space before colon", get("X : a\r\n"), 400),
        .init("9112 5.1: no colon", get("X\r\n"), 400),
        .init("9112 5.1: no name", get(": a\r\n"), 400),
        .init("9112 5.1: name no token", get("X(y): a\r\n"), 400),
        .init("9112 5.1: name not ASCII", get("Ü: a\r\n"), 400),
        .init("9112 5.2: folded line", get("X: a\r\n b\r\n"), 400),
        .init("9112 5.2: folded by tab", get("X: a\r\n\tb\r\n"), 400),
        .init("9112 2.2: space before first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        .init("9110 5.5: NUL", get("X: a\0b\r\n"), 400),
        .init("9110 5.5: control character", get("X: a\u{01}b\r\n"), 400),
        .init("9110 5.5: DEL", get("X: a\u{7F}\r\n"), 400),
        .init("9110 5.5: bare CR", get("X: a\rb\r\n"), 400),
        .init("9110 5.5: tab and obs-text", get("X: a\tä\r\n"), 200),
        .init("9112 5: empty value", get("X:\r\n"), 200),
        .init("9112 5: no space after colon", get("X:a\r\n"), 200),
        .init("6585 5: 100 fields", get(String(repeating: "X: a\r\n", count: 99)), 200),
        .init("6585 5: 101 fields", get(String(repeating: "X: a\r\n", count: 100)), 431),
        .init("6585 5: large head", get("X: \(fill(20_000))\r\nY: \(fill(13_000))\r\n"), 431),
        .init("6585 5: large head without end", "GET / HTTP/1.1\r\nX: " + fill(33_000), 431),
        .init("9110 10.1.1: 100-continue", post("Content-Length: 1\r\nExpect: 100-Continue\r\n", "a"), 200),
        .init("9110 10.1.1: other expectation", get("Expect: tea\r\n"), 417),
    ]

    private static let hosts: [RequestCase] = [
        .init("9112 3.2: no Host", "GET / HTTP/1.1\r\n\r\n", 400),
        .init("9112 3.2: no Host in 1.0", "GET / HTTP/1.0\r\n\r\n", 200),
        .init("9112 3.2: two Hosts", get("Host: a\r\n"), 400),
        .init("9112 3.2: two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        .init("9110 4.2.1: empty Host", host(""), 400),
        .init("9110 7.2: port", host("a:8080"), 200),
        .init("9110 7.2: empty port", host("a:"), 200),
        .init("9110 7.2: bad port", host("a:8x"), 400),
        .init("9110 7.2: port too large", host("a:65536"), 400),
        .init("9110 7.2: only a port", host(":80"), 400),
        .init("9110 7.2: IPv6", host("[::1]:80"), 200),
        .init("9110 7.2: open bracket", host("[::1"), 400),
        .init("9110 7.2: user", host("u@a"), 400),
        .init("9110 7.2: path", host("a/b"), 400),
        .init("9110 7.2: list", host("a, b"), 400),
        .init("9110 7.2: space", host("a b"), 400),
    ]

    private static let framing: [RequestCase] = [
        .init("9112 6.2: length", post("Content-Length: 3\r\n", "abc"), 200),
        .init("9112 6.2: more to come", post("Content-Length: 4\r\n", "abc"), 0),
        .init("9112 6.3: length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400),
        .init("9112 6.3: differing lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), 400),
        .init("9112 6.3: list of lengths", post("Content-Length: 3, 3\r\n", "abc"), 400),
        .init("9110 8.6: plus", post("Content-Length: +3\r\n", "abc"), 400),
        .init("9110 8.6: minus", post("Content-Length: -3\r\n", "abc"), 400),
        .init("9110 8.6: hexadecimal", post("Content-Length: 0x3\r\n", "abc"), 400),
        .init("9110 8.6: empty", post("Content-Length: \r\n", "abc"), 400),
        .init("9110 8.6: space inside", post("Content-Length: 1 0\r\n", "abc"), 400),
        .init("9110 8.6: 2^63", post("Content-Length: 9223372036854775808\r\n"), 400),
        .init("9110 8.6: 2^64 + 3", post("Content-Length: 18446744073709551619\r\n", "abc"), 400),
        .init("9112 6.1: TE and CL", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), 400),
        .init("9112 6.1: CL and TE", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
        .init("9112 6.1: TE in 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        .init("9112 6.3: gzip last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400),
        .init("9112 6.3: gzip alone", post("Transfer-Encoding: gzip\r\n"), 400),
        .init("9112 6.3: identity", post("Transfer-Encoding: identity\r\n"), 400),
        .init("9112 6.1: gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501),
        .init(
            "9112 6.1: two lines", post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 501),
        .init("9112 6.1: chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400),
        .init("9112 7: xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400),
        .init("9112 7: parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400),
        .init("9112 7: vertical tab", post("Transfer-Encoding: \u{0B}chunked\r\n", "0\r\n\r\n"), 400),
        .init("9112 7: empty coding", post("Transfer-Encoding: \r\n", "0\r\n\r\n"), 400),
        .init("9112 7: empty element", post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n"), 400),
        .init("9112 7: case", post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"), 200),
        .init("9112 5.1: space before TE's colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400),
    ]

    private static let chunks: [RequestCase] = [
        .init("9112 7.1: chunks", chunked("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"), 200),
        .init("9112 7.1: leading zeros", chunked("003\r\nabc\r\n000\r\n\r\n"), 200),
        .init("9112 7.1: no last chunk", chunked("3\r\nabc\r\n"), 0),
        .init("9112 7.1: 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: sign", chunked("+3\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: minus", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: space before", chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: space after", chunked("3 \r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: empty size", chunked("\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: overflow", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: bare LF after size", chunked("3\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400),
        .init("9112 7.1: data ends in bare LF", chunked("3\r\nabc\n0\r\n\r\n"), 400),
        .init("9112 7.1.1: extension", chunked("3;a;b=c ; d = \"e\\\"f;\"\r\nabc\r\n0\r\n\r\n"), 200),
        .init("9112 7.1.1: no name", chunked("3;\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1.1: open quote", chunked("3;a=\"b\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1.1: bare LF inside", chunked("3;a\nb\r\nabc\r\n0\r\n\r\n"), 400),
        .init("9112 7.1.1: too long", chunked("3;a=\(fill(17_000))\r\nabc\r\n0\r\n\r\n"), 413),
        .init(
            "9112 7.1.1: too long together",
            chunked(String(repeating: "1;\(fill(1000))\r\na\r\n", count: 17) + "0\r\n\r\n"), 413),
        .init("9112 7.1.2: trailers", chunked("0\r\nX: a\r\nY: b\r\n\r\n"), 200),
        .init("9112 7.1.2: bad trailer", chunked("0\r\nX : a\r\n\r\n"), 400),
        .init("9110 6.5.1: length in trailers", chunked("0\r\nContent-Length: 3\r\n\r\n"), 400),
        .init("9110 6.5.1: long trailers", chunked("0\r\nX: \(fill(17_000))\r\n\r\n"), 431),
        .init("9110 6.5.1: many trailers", chunked("0\r\n" + String(repeating: "X: a\r\n", count: 101) + "\r\n"), 431),
    ]
}
