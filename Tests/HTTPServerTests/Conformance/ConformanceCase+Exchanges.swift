extension ConformanceCase {
    static let methods: [ConformanceCase] = [
        good("9110 9.3.2: HEAD has the length", line("HEAD /hello HTTP/1.1"), field: "Content-Length: 5", isHead: true),
        good(
            "9110 9.3.2: HEAD of a stream", line("HEAD /stream HTTP/1.1"), field: "Transfer-Encoding: chunked",
            isHead: true),
        good(
            "9110 9.3.2: HEAD of what is not there", line("HEAD /none HTTP/1.1"), [404], field: "Content-Length: 3",
            isHead: true),
        good(
            "9110 9.3.2: HEAD without content", line("HEAD /empty HTTP/1.1"), [204], noField: "Content-Length",
            isHead: true),
        good("9110 9.3.7: OPTIONS", line("OPTIONS /hello HTTP/1.1"), [204], field: "Allow: GET, HEAD, OPTIONS"),
        good("9110 9.3.7: OPTIONS of what is not there", line("OPTIONS /none HTTP/1.1"), [404]),
        good("9110 15.5.6: DELETE", line("DELETE /hello HTTP/1.1"), [405], field: "Allow: GET, HEAD, OPTIONS"),
        good("9110 15.5.6: POST", line("POST /hello HTTP/1.1"), [405], field: "Allow: GET, HEAD, OPTIONS"),
        good("9110 15.5.6: GET", line("GET /echo HTTP/1.1"), [405], field: "Allow: POST, OPTIONS"),
        good("9110 15.5.6: HEAD where GET is not", line("HEAD /echo HTTP/1.1"), [405], isHead: true),
        good("9110 9.3.8: TRACE", line("TRACE /hello HTTP/1.1"), [405]),
        good("9110 9.1: unknown methods", line("BREW /hello HTTP/1.1"), [501]),
        good("9110 15.5.6: QUERY is known, and allowed nowhere", line("QUERY /hello HTTP/1.1"), [405]),
        good("9110 9.1: methods have case", line("get /hello HTTP/1.1"), [501]),
        good("9110 9.1: no prefix", line("GETT /hello HTTP/1.1"), [501]),
        good(
            "9110 9.1: an unknown method's content is framed",
            "BREW /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", [501]),
        good("9110 15.5.5: nothing there", line("GET /none HTTP/1.1"), [404]),
        good("9110 15.3.5: 204 has no length", line("GET /empty HTTP/1.1"), [204], noField: "Content-Length"),
        good(
            "9110 15.3.2: PUT", "PUT /things/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", [201],
            content: "abc"),
        good(
            "9110 10.1.1: 100 before the content is read", post("Content-Length: 3\r\nExpect: 100-continue\r\n", "abc"),
            content: "abc"
        ).withInterim(),
        good(
            "9110 10.1.1: expectations have no case", post("Content-Length: 3\r\nExpect: 100-Continue\r\n", "abc"),
            content: "abc"
        ).withInterim(),
        good("9110 10.1.1: nothing to wait for", get("Expect: 100-continue\r\n"), content: "hello"),
        last(
            "9110 10.1.1: a refusal instead of 100",
            post(
                "Content-Length: 1000001\r\nExpect: "
                    + "100-continue\r\n"), [413]),
        last(
            "9110 10.1.1: 404 instead of 100",
            "POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n", [404]),
        last(
            "9110 10.1.1: not for HTTP/1.0",
            "POST /echo HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
            content: "abc"),
        bad("9110 15.5.18: another expectation", get("Expect: tea\r\n"), 417),
        bad("9110 15.5.18: another beside", get("Expect: 100-continue, tea\r\n"), 417),
        bad("9110 15.5.18: an empty one", get("Expect:\r\n"), 417),
        last("9110 10.1.1: HTTP/1.0 expects nothing", "GET /hello HTTP/1.0\r\nExpect: tea\r\n\r\n"),
    ]

    private func withInterim() -> ConformanceCase {
        var copy = self
        copy.mayHaveInterim = true
        return copy
    }

    static let connections: [ConformanceCase] = [
        good("9112 9.3: 1.1 persists", get(""), noField: "Connection: close"),
        good("9112 9.3: keep-alive is nothing new", get("Connection: keep-alive\r\n")),
        last("9112 9.6: close", get("Connection: close\r\n"), field: "Connection: close"),
        last("9112 9.6: close has no case", get("Connection: Close\r\n"), field: "Connection: close"),
        last("9112 9.6: close in a list", get("Connection: x, close\r\n"), field: "Connection: close"),
        last("9112 9.6: close in a second field", get("Connection: x\r\nConnection: close\r\n")),
        last("9112 9.6: close wins", get("Connection: keep-alive, close\r\n")),
        good("9110 7.6.1: a token that only begins so", get("Connection: closed\r\n")),
        last("9112 9.3: 1.0 closes", line("GET /hello HTTP/1.0"), field: "Connection: close"),
        good(
            "9112 9.3: 1.0 with keep-alive", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            field: "Connection: keep-alive"),
        last("9112 9.3: 1.0 with both", "GET /hello HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"),
        last(
            "9112 6.1: no chunks for 1.0", "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            content: "onetwothree",
            noField: "Transfer-Encoding"),
        good("9112 7.1: chunks for 1.1", line("GET /stream HTTP/1.1"), content: "onetwothree"),
        good("9112 9.3.2: pipelined", get("") + post("Content-Length: 3\r\n", "abc") + get(""), [200, 200, 200]),
        good(
            "9112 9.3.2: pipelined, errors between", line("GET /none HTTP/1.1") + get("") + line("BREW / HTTP/1.1"),
            [404, 200, 501]),
        good("9112 2.2: an empty line between two", get("") + "\r\n" + get(""), [200, 200]),
        last("9112 9.6: nothing after close", get("Connection: close\r\n") + get("")),
        last("9112 11.2: nothing after a fault", get("") + line("GET /hello") + get(""), [200, 400]),
        good("9112 9.3: content nobody read", "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"),
        last(
            "9112 9.3: much content nobody read",
            "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + fill(500_000)),
        good(
            "9112 9.3: content of a refused request",
            "POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", [404]),
        last(
            "9112 9.3: chunks of a refused request",
            "POST /none HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", [404]),
        good("9112 9.3: an error of a handler", line("GET /fail HTTP/1.1"), [400]),
    ]
}
