import HTTP1
import HTTPServer
import HTTPTypes
import Testing

/// Two keys, by their own names.
private struct TwoKeys: Authenticator {
    var isEnforced: Bool { true }

    func caller(key: Substring) -> Caller? {
        switch key {
        case "small": Caller(name: "reader", role: .predict, usage: usage)
        case "large": Caller(name: "owner", role: .admin)
        default: nil
        }
    }

    private let usage = ClientUsage()
}

/// Who may ask for what, and which pages may read the answer.
extension ServerSuites {
    @Suite struct AccessTests {
        private let end = "Host: a\r\nConnection: close\r\n\r\n"

        /// RFC 9110 11.6 and 15.5, RFC 6750 2.1 and 3.
        @Test(arguments: [
            ("GET /look", "", 401, "Bearer realm=\"rondo\""),
            ("GET /look", "Bearer wrong", 401, "error=\"invalid_token\""),
            ("GET /look", "Basic small", 401, "error=\"invalid_token\""),
            ("GET /look", "Bearer", 401, "error=\"invalid_token\""),
            ("GET /look", "Bearer small", 200, ""), ("GET /look", "bearer  small", 200, ""),
            ("GET /look", "Bearer small x", 401, "invalid_token"),
            ("HEAD /look", "", 401, "Bearer"), ("DELETE /look", "Bearer small", 403, "error=\"insufficient_scope\""),
            ("DELETE /look", "Bearer large", 200, ""), ("GET /hello", "", 200, ""),
            ("GET /hello", "Bearer wrong", 200, ""),
            ("OPTIONS /look", "", 204, ""), ("PUT /look", "", 405, ""), ("GET /none", "", 404, ""),
        ])
        func keysOpenRoutes(_ line: String, _ authorization: String, _ status: Int, _ challenge: String) async throws {
            let test = try await TestServer(setUp: { $0.authenticator = TwoKeys() })
            let field = authorization.isEmpty ? "" : "Authorization: \(authorization)\r\n"
            let text = try await test.exchange("\(line) HTTP/1.1\r\n\(field)\(end)")
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
            #expect(text.contains("\r\nWWW-Authenticate: Bearer realm=\"rondo\"") == !challenge.isEmpty)
            #expect(challenge.isEmpty || text.contains(challenge))
            #expect(!(line == "GET /look" && status == 200) || text.hasSuffix("seen by reader"))
            await test.server.shutdown()
        }

        /// Two fields are two readings; a repeated Authorization is not a key.
        @Test func twoKeysAreNone() async throws {
            let test = try await TestServer(setUp: { $0.authenticator = TwoKeys() })
            let text = try await test.exchange(
                "GET /look HTTP/1.1\r\nAuthorization: Bearer small\r\nAuthorization: Bearer large\r\n\(end)")
            #expect(text.hasPrefix("HTTP/1.1 401 ") || text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            await test.server.shutdown()
        }

        /// A refused body is not read, and the connection goes on only if it is small.
        @Test func theBodyOfAStrangerIsNotRead() async throws {
            let test = try await TestServer(setUp: { $0.authenticator = TwoKeys() })
            let text = try await test.exchange("DELETE /look HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 401 ") && text.contains("\r\nConnection: close\r\n"))
            await test.server.shutdown()
        }

        /// Guessing keys has the rate of an address; the key's own rate is not touched by it.
        @Test func guessesAreSlowedDown() async throws {
            let test = try await TestServer(setUp: { $0.authenticator = TwoKeys() }) { limits in
                limits.requestsPerSecond = 0.02
                limits.requestBurst = 2
            }
            for status in [401, 401, 429] {
                #expect(
                    try await test.exchange("GET /look HTTP/1.1\r\nAuthorization: Bearer guess\r\n\(end)").hasPrefix(
                        "HTTP/1.1 \(status) "))
            }
            for status in [200, 200, 429] {
                #expect(
                    try await test.exchange("GET /look HTTP/1.1\r\nAuthorization: Bearer small\r\n\(end)").hasPrefix(
                        "HTTP/1.1 \(status) "))
            }
            await test.server.shutdown()
        }

        /// The CORS protocol, Fetch 3.2: a preflight needs no key; answers of errors can be read, too.
        @Test func pagesOfKnownOriginsMayRead() async throws {
            let test = try await TestServer(setUp: {
                $0.authenticator = TwoKeys()
                $0.crossOrigin = CrossOriginPolicy(origins: ["https://a.example"])
            })
            let preflight =
                "OPTIONS /look HTTP/1.1\r\nAccess-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: "
                + "authorization\r\n"
            let allowed = try await test.exchange(preflight + "Origin: https://a.example\r\n\(end)")
            #expect(allowed.hasPrefix("HTTP/1.1 204 "))
            for line in [
                "Access-Control-Allow-Origin: https://a.example",
                "Access-Control-Allow-Methods: GET, HEAD, DELETE, OPTIONS", "Vary: Origin",
                "Access-Control-Max-Age: 600",
            ] { #expect(allowed.contains("\r\n\(line)\r\n"), "\(allowed)") }
            #expect(allowed.contains("\r\nAccess-Control-Allow-Headers: Authorization, Content-Type"))
            for origin in ["https://b.example", "https://a.example:8443", "http://a.example", "null"] {
                let refused = try await test.exchange(preflight + "Origin: \(origin)\r\n\(end)")
                #expect(!refused.contains("Access-Control-") && refused.contains("\r\nVary: Origin\r\n"))
            }
            let unauthorized = try await test.exchange("GET /look HTTP/1.1\r\nOrigin: https://a.example\r\n\(end)")
            #expect(
                unauthorized.hasPrefix("HTTP/1.1 401 ")
                    && unauthorized.contains("Access-Control-Allow-Origin: https://a.example\r\n"))
            #expect(!unauthorized.contains("Allow-Credentials"))
            await test.server.shutdown()
        }

        @Test func withoutOriginsNothingIsSaid() async throws {
            let test = try await TestServer()
            let text = try await test.exchange("GET /hello HTTP/1.1\r\nOrigin: https://a.example\r\n\(end)")
            #expect(!text.contains("Access-Control-") && !text.contains("Vary"))
            let any = try await TestServer(setUp: { $0.crossOrigin = CrossOriginPolicy(origins: ["*"]) })
            #expect(
                try await any.exchange("GET /hello HTTP/1.1\r\nOrigin: null\r\n\(end)").contains(
                    "Access-Control-Allow-Origin: *\r\n"))
            await test.server.shutdown()
            await any.server.shutdown()
        }

        @Test(arguments: [
            ("*", true), ("https://a.example", true), ("http://127.0.0.1:3000", true), ("http://[::1]:3000", true),
            ("https://a.example/", false),
            ("a.example", false), ("https://", false), ("https://A.example", false), ("https://a.example, b", false),
            ("://a", false), ("", false),
        ])
        func originsAreChecked(_ text: String, _ isOrigin: Bool) {
            #expect(CrossOriginPolicy.isOrigin(text) == isOrigin)
        }
    }
}
