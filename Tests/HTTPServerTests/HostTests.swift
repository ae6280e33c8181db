import HTTPServer
import Sockets
import TLS
import TestSupport
import Testing

/// Keys in force, whoever asks.
private struct Keys: Authenticator {
    var isEnforced: Bool { true }
    func caller(key: Substring) -> Caller? { nil }
}

/// For which authorities and for which pages a server answers at all.
extension ServerSuites {
    @Suite struct HostTests {
        private func status(_ text: String) -> Int { Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0 }

        private func get(_ host: String, _ fields: String = "", _ target: String = "/hello") -> String {
            "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)Connection: close\r\n\r\n"
        }

        private func policy(_ addresses: [String], names: [String] = []) throws -> HostPolicy {
            var policy = HostPolicy(names: names, ownName: "Box.lan.example")
            policy.listen(on: try addresses.map { try SocketAddress(host: $0, port: 8080) })
            return policy
        }

        @Test func loopbackIsCalledByItsNames() throws {
            let policy = try policy(["127.0.0.1"])
            for host in [
                "localhost", "LocalHost:1", "localhost.", "127.0.0.1", "127.0.0.1:9", "127.9.9.9", "[::1]", "[::1]:80",
                "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "box", "BOX.lan.example:8080",
            ] { #expect(policy.allows(host), "\(host)") }
            for host in [
                "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil-localhost", "10.0.0.1",
                "[2001:db8::1]", "0.0.0.0", "127.1", "2130706433", "0x7f.0.0.1", "box.evil.example", "localhost..", "",
            ] { #expect(!policy.allows(host), "\(host)") }
        }

        /// An address cannot be rebound: where all addresses are listened on, any will do (a probe's, a port
        /// mapping's); names not.
        @Test func addressesAreThoseListenedOn() throws {
            let one = try policy(["192.0.2.7", "2001:db8::7"])
            #expect(one.allows("192.0.2.7:80") && one.allows("[2001:DB8:0::7]") && one.allows("localhost"))
            #expect(!one.allows("192.0.2.8") && !one.allows("127.0.0.1") && !one.allows("[::1]"))
            for wildcard in ["0.0.0.0", "::"] {
                let all = try policy([wildcard])
                #expect(all.allows("192.0.2.8") && all.allows("[::1]:80") && all.allows("[2001:db8::9]"))
                #expect(!all.allows("evil.example") && all.allows("box"))
            }
        }

        @Test func namesAreConfigured() throws {
            let policy = try policy(["127.0.0.1"], names: ["Rondo.example", "*.pods.example", "203.0.113.9"])
            for host in ["rondo.example:443", "RONDO.EXAMPLE", "a.pods.example", "a.b.pods.example", "203.0.113.9"] {
                #expect(policy.allows(host), "\(host)")
            }
            for host in ["a.rondo.example", "pods.example", "xpods.example", ".pods.exampl", "203.0.113.8"] {
                #expect(!policy.allows(host), "\(host)")
            }
            #expect(try self.policy([], names: ["*"]).allows("evil.example"))
        }

        @Test(arguments: [
            ("*", true), ("example.org", true), ("*.example.org", true), ("127.0.0.1", true), ("::1", true),
            ("a_b", true),
            ("", false), ("*.", false), ("*.*.a", false), ("a:80", false), ("[::1]", false), ("http://a", false),
            ("a b", false), ("ä", false),
        ])
        func namesAreChecked(_ text: String, _ isName: Bool) { #expect(HostPolicy.isName(text) == isName) }

        /// RFC 9110 15.5.20, also for the authority of an absolute target, and for a path that is not there.
        @Test func anotherHostIsMisdirected() async throws {
            let test = try await TestServer(setUp: { $0.hosts = HostPolicy(ownName: "box") })
            for (request, expected) in [
                (get("localhost"), 200), (get("127.0.0.1:\(test.port)"), 200), (get("evil.example"), 421),
                (get("evil.example", "", "/none"), 421), (get("evil.example", "", "http://localhost/hello"), 200),
                (get("localhost", "", "http://evil.example/hello"), 421),
                ("OPTIONS /hello HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421),
                ("GET /hello HTTP/1.0\r\n\r\n", 200), ("GET /hello HTTP/1.0\r\nHost: evil.example\r\n\r\n", 421),
            ] {
                let text = try await test.exchange(request)
                #expect(status(text) == expected, "\(request): \(text)")
            }
            #expect(test.server.statistics().failures[.misdirected] == 5)
            await test.server.shutdown()
        }

        /// A page has no key, so it gains nothing by a rebound name; but names that were given are the only ones.
        @Test func keysOpenAllNamesUntilSomeAreGiven() async throws {
            for (names, expected) in [([], 200), (["rondo.example"], 421)] {
                let test = try await TestServer(setUp: {
                    $0.hosts = HostPolicy(names: names, ownName: "box")
                    $0.authenticator = Keys()
                })
                #expect(status(try await test.exchange(get("service.example"))) == expected)
                #expect(status(try await test.exchange(get("localhost"))) == 200)
                await test.server.shutdown()
            }
        }

        /// No page speaks to a Unix domain socket; what does calls the server what it likes.
        @Test func aUnixSocketHasAnyName() async throws {
            let path = "/tmp/rondo-host-\(UInt64.random(in: 0...UInt64.max)).sock"
            let test = try await TestServer(setUp: {
                $0.hosts = HostPolicy(ownName: "box")
                $0.listeners.append(.unix(path: path, mode: 0o600))
            })
            for request in [get("evil.example"), get("a", "", "https://a/hello")] {
                let text = try await offPool {
                    let client = try RawClient(path: path)
                    client.send(request)
                    return try client.receiveAll()
                }
                #expect(status(text) == 200, "\(text)")
            }
            await test.server.shutdown()
        }

        /// What a browser tells about the page that asks, and what becomes of it.
        @Test(arguments: [
            ("", 200), ("Origin: http://localhost:PORT\r\n", 200), ("Origin: http://LOCALHOST:PORT\r\n", 200),
            ("Origin: https://localhost:PORT\r\n", 200),  // behind a proxy that speaks TLS
            ("Origin: http://localhost\r\n", 403), ("Origin: http://localhost:1\r\n", 403),
            ("Origin: https://evil.example\r\n", 403), ("Origin: null\r\n", 403), ("Origin: \r\n", 403),
            ("Origin: http://localhost:PORT.evil.example\r\n", 403), ("Origin: http://evil@localhost:PORT\r\n", 403),
            ("Origin: http://localhost:PORT\r\nOrigin: https://evil.example\r\n", 403),
            ("Origin: https://good.example\r\n", 200), ("Origin: https://good.example.evil.example\r\n", 403),
            ("Sec-Fetch-Site: same-origin\r\n", 200), ("Sec-Fetch-Site: none\r\n", 200),
            ("Sec-Fetch-Site: cross-site\r\n", 403), ("Sec-Fetch-Site: same-site\r\n", 403),
            ("Sec-Fetch-Site: new-word\r\n", 403), ("Sec-Fetch-Site: same-origin, cross-site\r\n", 403),
            // Behind a proxy with a Host of its own.
            ("Sec-Fetch-Site: same-origin\r\nOrigin: https://rondo.example\r\n", 200),
            ("Sec-Fetch-Site: cross-site\r\nOrigin: http://localhost:PORT\r\n", 403),
            ("Sec-Fetch-Site: cross-site\r\nOrigin: https://good.example\r\n", 200),
            ("Sec-Fetch-Site: cross-site\r\nOrigin: null\r\n", 403),
        ])
        func pagesOfOtherOriginsAreRefused(_ fields: String, _ expected: Int) async throws {
            let test = try await TestServer(setUp: {
                $0.crossOrigin = CrossOriginPolicy(origins: ["https://good.example"])
            })
            let lines = fields.replacing("PORT", with: "\(test.port)")
            let host = "Host: localhost:\(test.port)\r\n"
            for line in ["GET /hello", "POST /echo", "PUT /things/1", "DELETE /look", "HEAD /hello", "GET /none"] {
                let length = line.hasPrefix("P") ? "Content-Length: 0\r\n" : ""
                let text = try await test.exchange(
                    "\(line) HTTP/1.1\r\n\(host)\(lines)\(length)Connection: close\r\n\r\n")
                #expect((status(text) == 403) == (expected == 403), "\(line) \(fields): \(text)")
            }
            // A preflight is answered, with leave or without.
            let preflight = try await test.exchange(
                "OPTIONS /look HTTP/1.1\r\n\(host)\(lines)Access-Control-Request-Method: DELETE\r\n"
                    + "Connection: close\r\n\r\n"
            )
            #expect(status(preflight) == 204)
            let isKnown = expected == 200 && fields.contains("good.example")
            #expect(preflight.contains("Access-Control-Allow-Methods") == isKnown)
            await test.server.shutdown()
        }

        @Test func anyPageMayAskWhereTheOperatorSaysSo() async throws {
            let test = try await TestServer(setUp: { $0.crossOrigin = CrossOriginPolicy(origins: ["*"]) })
            for fields in [
                "Origin: https://evil.example\r\n", "Origin: null\r\n",
                "Sec-Fetch-Site: cross-site\r\nOrigin: https://evil.example\r\n",
            ] { #expect(status(try await test.exchange(get("localhost", fields))) == 200) }
            await test.server.shutdown()
        }

        /// RFC 9110 7.4: http is for a connection that is not secured; a page of http must not reach into https either.
        @Test func theSchemeIsTheConnections() async throws {
            let certificates = try TestCertificates()
            let test = try await TestServer(tls: TLSCredentials(files: try certificates.make("server")))
            for (request, expected) in [
                (get("localhost", "", "https://localhost/hello"), 200),
                (get("localhost", "", "http://localhost/hello"), 421),
                (get("localhost", "Origin: https://localhost\r\n"), 200),
                (get("localhost", "Origin: http://localhost\r\n"), 403),
            ] {
                let input = request.replacing("\r\n", with: "\\r\\n")
                let output = try await Shell.runOffPool(
                    "printf '\(input)' | timeout 15 openssl s_client -quiet -connect 127.0.0.1:\(test.port) 2>/dev/null"
                ).output
                #expect(status(output) == expected, "\(request): \(output)")
            }
            await test.server.shutdown()
        }
    }
}
