import Glibc
import HTTP1
import HTTPServer
import Synchronization
import TLS
import TestSupport
import Testing

/// A server that speaks TLS, against `openssl s_client`, curl and our own client.
extension ServerSuites {
    @Suite struct TLSTests {
        private let request = "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

        /// Sends the request by `openssl s_client` with further options.
        private func connect(_ port: UInt16, _ options: String) async throws -> String {
            let input = request.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\\r\\n")
            return try await Shell.runOffPool(
                "printf '\(input)' | timeout 15 openssl s_client -connect 127.0.0.1:\(port) -ign_eof \(options)"
            ).output
        }

        @Test(
            arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")],
            ["ec -pkeyopt ec_paramgen_curve:P-256", "rsa:2048"])
        func modernVersionsAreSpoken(_ version: (option: String, name: String), _ algorithm: String) async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server", algorithm: algorithm)
            let test = try await TestServer(tls: TLSCredentials(files: files))
            let text = try await connect(
                test.port,
                "\(version.option) -CAfile \(files.certificate) -verify_return_error -alpn h2,http/1.1 -servername "
                    + "other"
            )
            #expect(text.contains("HTTP/1.1 200 OK") && text.contains("hello"), "\(text)")
            #expect(
                text.contains("New, \(version.name), Cipher is ") && text.contains("ALPN protocol: http/1.1"), "\(text)"
            )
            #expect(text.contains("Compression: NONE") && text.contains("Verify return code: 0 (ok)"))
            if version.name == "TLSv1.2" {
                #expect(text.contains("Cipher is ECDHE-") && text.contains("Extended master secret: yes"))
            }
            await test.server.shutdown()
        }

        @Test(arguments: [
            "-tls1_1 -cipher ALL@SECLEVEL=0", "-tls1 -cipher ALL@SECLEVEL=0", "-tls1_2 -cipher AES128-GCM-SHA256",
            "-tls1_2 -cipher ECDHE-RSA-AES128-SHA", "-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384", "-alpn h2",
        ])
        func oldOnesAreRefused(_ options: String) async throws {
            let certificates = try TestCertificates()
            let test = try await TestServer(tls: TLSCredentials(files: try certificates.make("server")))
            let text = try await connect(test.port, options)
            #expect(!text.contains("HTTP/1.1") && text.contains("alert"), "\(text)")
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            await test.server.shutdown()
        }

        @Test(arguments: ["-tls1_2", "-tls1_3"])
        func sessionsAreResumed(_ version: String) async throws {
            let certificates = try TestCertificates()
            let test = try await TestServer(tls: TLSCredentials(files: try certificates.make("server")))
            let file = certificates.path("session")
            #expect(try await connect(test.port, "\(version) -sess_out \(file)").contains("New, TLSv1"))
            let again = try await connect(test.port, "\(version) -sess_in \(file)")
            #expect(again.contains("Reused, TLSv1") && again.contains("HTTP/1.1 200 OK"), "\(again)")
            await test.server.shutdown()
        }

        /// RFC 5746 5 lets a server refuse; RFC 9325 3.5 asks for it. Early data is never accepted.
        @Test func neitherRenegotiationNorEarlyData() async throws {
            let certificates = try TestCertificates()
            let test = try await TestServer(tls: TLSCredentials(files: try certificates.make("server")))
            let port = test.port
            let text = try await Shell.runOffPool(
                "(sleep 0.3; echo R; sleep 0.5) | timeout 15 openssl s_client -tls1_2 -connect 127.0.0.1:\(port)"
            ).output
            #expect(text.contains("no renegotiation") || text.contains("no_renegotiation"), "\(text)")
            let file = certificates.path("session")
            let first = try await connect(port, "-tls1_3 -sess_out \(file)")
            #expect(first.contains("Max Early Data: 0") || first.contains("Early data was not sent"), "\(first)")
            await test.server.shutdown()
        }

        @Test func curlGetsAndPosts() async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let test = try await TestServer(tls: TLSCredentials(files: files))
            let url = "https://localhost:\(test.port)"
            let curl = "curl -sS --max-time 15 --cacert \(files.certificate) -w '%{http_code} %{num_connects}\\n'"
            let twice = try await Shell.runOffPool("\(curl) \(url)/hello \(url)/hello")
            #expect(twice.output == "hello200 1\nhello200 0\n")
            let stream = try await Shell.runOffPool("\(curl) \(url)/stream")
            #expect(stream.output == "onetwothree200 1\n")
            let large = try await Shell.runOffPool(
                """
                head -c 900000 /dev/urandom > \(certificates.path("sent")) &&
                \(curl) --data-binary @\(certificates.path("sent")) -o \(certificates.path("received")) \(url)/echo &&
                cmp \(certificates.path("sent")) \(certificates.path("received")) &&
                curl -sS --cacert \(files.certificate) \(url)/large | wc -c
                """)
            #expect(large.output == "200 1\n1000000\n")
            await test.server.shutdown()
        }

        /// The whole table of conformance again: what TLS carries is checked alike.
        @Test func conformanceIsTheSame() async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let test = try await TestServer(tls: TLSCredentials(files: files))
            let port = test.port
            for example in ConformanceCase.all {
                let (text, isClosed) = try await offPool {
                    let client = try TLSClient(port: port, trusting: files.certificate)
                    try client.send(Self.schemesSwapped(example.raw) + Array(ConformanceTests.goodRequest.utf8))
                    return (try client.receiveAll(), client.hasCloseNotify)
                }
                ConformanceTests.check(example, text)
                #expect(isClosed, "\(example)")
            }
            await test.server.shutdown()
        }

        /// What a plain connection calls http is https here, and the other way round (RFC 9110 7.4).
        private static func schemesSwapped(_ raw: [UInt8]) -> [UInt8] {
            let text = String(String.UnicodeScalarView(raw.map { Unicode.Scalar($0) }))
            let swapped = text.replacing("https://", with: "\0").replacing(/http:\/\//.ignoresCase(), with: "https://")
                .replacing("\0", with: "http://")
            return text.contains("\0") ? raw : swapped.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        }

        @Test func bytesOneByOneAndHalfClosed() async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let test = try await TestServer(tls: TLSCredentials(files: files))
            let port = test.port
            let text = try await offPool {
                let client = try TLSClient(port: port, trusting: files.certificate, isByteByByte: true)
                try client.send("GET /pause HTTP/1.1\r\nHost: a\r\n\r\n")
                client.closeOutput()
                let text = try client.receiveAll()
                return client.hasCloseNotify ? text : "cut"
            }
            #expect(text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix("done"))
            await test.server.shutdown()
        }

        @Test func silentHandshakesEnd() async throws {
            let certificates = try TestCertificates()
            let test = try await TestServer(tls: TLSCredentials(files: try certificates.make("server"))) {
                $0.handshakeSeconds = 0.3
            }
            #expect(try await test.exchange("").isEmpty)
            #expect(try await test.exchange("\u{16}\u{3}\u{1}\u{2}").isEmpty)
            await test.server.shutdown()
        }

        @Test func plainHTTPIsRefusedInWords() async throws {
            let certificates = try TestCertificates()
            let test = try await TestServer(tls: TLSCredentials(files: try certificates.make("server"))) {
                $0.handshakeSeconds = 0.5
            }
            let text = try await test.exchange(request)
            #expect(text.hasPrefix("HTTP/1.1 400 ") && text.contains("TLS"))
            for noise in ["SSH-2.0-x\r\n", String(repeating: "\0", count: 5000), "\u{16}\u{3}\u{1}\0\u{1}\u{2}"] {
                #expect(try await !test.exchange(noise).contains("HTTP"))
            }
            await test.server.shutdown()
        }

        /// A fault of TLS ends the request under way, which gives back its share of what is limited.
        @Test func aBrokenRecordEndsItsRequest() async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let test = try await TestServer(tls: TLSCredentials(files: files))
            let (port, seen) = (test.port, test.seen)
            async let ended = offPool {
                let client = try TLSClient(port: port, trusting: files.certificate)
                try client.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n")
                while seen.started.load(ordering: .relaxed) == 0 { usleep(1000) }
                client.sendAsTheyAre([UInt8](repeating: 0x17, count: 100))
                return (try? client.receiveAll()) ?? ""
            }
            #expect(try await ended.isEmpty)
            #expect(await eventually { test.server.statistics().requestsInFlight == 0 })
            #expect(test.server.statistics().failures[.clientGone] == 1)
            await test.server.shutdown()
        }

        @Test func clientsNeedTheirCertificate() async throws {
            let certificates = try TestCertificates()
            var files = try certificates.make("server")
            try certificates.make("authority")
            try certificates.make("client", issuer: "authority")
            try certificates.make("stranger")
            files.clientAuthorities = certificates.path("authority.crt")
            let test = try await TestServer(tls: TLSCredentials(files: files))
            for (name, isWelcome) in [("client", true), ("stranger", false), ("", false)] {
                let own = name.isEmpty ? "" : "-cert \(certificates.path(name)).crt -key \(certificates.path(name)).key"
                for version in ["-tls1_2", "-tls1_3"] {
                    let text = try await connect(test.port, "\(version) \(own)")
                    #expect(text.contains("HTTP/1.1 200 OK") == isWelcome, "\(name): \(text)")
                }
            }
            await test.server.shutdown()
        }

        /// RFC 6797 7.2: over TLS, and not where the same host also answers without it.
        @Test(arguments: [true, false])
        func strictTransportIsSaidWhereNothingElseListens(_ hasPlainListener: Bool) async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let test = try await TestServer(
                tls: TLSCredentials(files: files),
                setUp: { configuration in
                    if hasPlainListener {
                        configuration.listeners = [.unix(path: certificates.path("socket"), mode: 0o600)]
                    }
                })
            let port = test.port
            let text = try await offPool {
                let client = try TLSClient(port: port, trusting: files.certificate)
                try client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return try client.receiveAll()
            }
            #expect(
                text.contains("\r\nStrict-Transport-Security: max-age=31536000\r\n") == !hasPlainListener, "\(text)")
            await test.server.shutdown()
        }

        @Test func shutdownSaysGoodbye() async throws {
            let certificates = try TestCertificates()
            let files = try certificates.make("server")
            let test = try await TestServer(tls: TLSCredentials(files: files))
            let port = test.port
            let seen = test.seen
            async let isClosed = offPool {
                let client = try TLSClient(port: port, trusting: files.certificate)
                try client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.receive(until: "hello")
                seen.started.add(1, ordering: .relaxed)
                _ = try client.receiveAll()
                return client.hasCloseNotify
            }
            #expect(await eventually { seen.started.load(ordering: .relaxed) == 1 })
            await test.server.shutdown()
            #expect(try await isClosed)
        }
    }
}
