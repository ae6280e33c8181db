import Glibc
import HTTP1
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Slow, departing and too many clients, and the graceful stop.
extension ServerSuites {
    @Suite struct PressureTests {
        @Test func aDepartedClientCancelsItsHandler() async throws {
            let test = try await TestServer()
            let (port, seen) = (test.port, test.seen)
            try await offPool {
                let client = try RawClient(port: port)
                client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                while seen.started.load(ordering: .relaxed) == 0 { usleep(1000) }
            }
            #expect(await eventually { seen.cancelled.load(ordering: .relaxed) == 1 })
            await test.server.shutdown()
        }

        @Test(arguments: [false, true])
        func aDepartedClientEndsItsStream(_ resets: Bool) async throws {
            let test = try await TestServer()
            let (port, seen) = (test.port, test.seen)
            try await offPool {
                for path in ["/ticks", "/endless"] {
                    let client = try RawClient(port: port)
                    client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                    _ = try client.receive(until: "\r\n\r\n")
                    if resets { client.resetOnClose() }
                }
            }
            #expect(await eventually { seen.gone.load(ordering: .relaxed) == 2 })
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            await test.server.shutdown()
        }

        /// A client that does not read stops its stream within the kernel's buffers and our high-water mark.
        @Test func streamsWaitForTheirReader() async throws {
            let test = try await TestServer(drainSeconds: 0.1)
            let (port, seen) = (test.port, test.seen)
            let client = try await offPool {
                let client = try RawClient(port: port)
                client.setReceiveBuffer(16_384)
                client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            // A loaded machine takes its time to fill the buffers; a stream that did not wait would never stand still.
            var written = 0
            for _ in 0..<75 {
                try await Task.sleep(for: .milliseconds(200))
                let now = seen.written.load(ordering: .relaxed)
                if now > 0 && now == written { break }
                written = now
            }
            let before = written
            try await Task.sleep(for: .milliseconds(200))
            #expect(seen.written.load(ordering: .relaxed) == before)
            #expect(before < 4_000_000)
            try await offPool { for _ in 0..<200 { _ = try client.receive() } }
            #expect(await eventually { seen.written.load(ordering: .relaxed) > before })
            await test.server.shutdown()
        }

        /// A handler that reads slowly makes its client wait.
        @Test func bodiesWaitForTheirHandler() async throws {
            let test = try await TestServer(drainSeconds: 0.1)
            let (port, seen) = (test.port, test.seen)
            let size = 20_000_000
            let sent = try await offPool { () -> Int in
                let client = try RawClient(port: port)
                client.send("POST /slow-reader HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
                var sent = 0
                let piece = [UInt8](repeating: 0x61, count: 100_000)
                let start = time(nil)
                client.setSendTimeout(milliseconds: 300)
                while sent < size, time(nil) - start < 1 { sent += client.send(piece) }
                return sent
            }
            #expect(sent < size)
            #expect(seen.read.load(ordering: .relaxed) < 8_000_000)
            await test.server.shutdown()
        }

        @Test func slowHeadsAndBodiesGet408() async throws {
            let test = try await TestServer { limits in
                limits.headSeconds = 0.3
                limits.bodyGraceSeconds = 0.3
                limits.idleSeconds = 0.3
            }
            #expect(try await test.exchange("GET / HT").hasPrefix("HTTP/1.1 408 "))
            #expect(try await test.exchange("").isEmpty)
            let body = try await test.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
            #expect(body.hasPrefix("HTTP/1.1 408 ") && body.contains("Connection: close"))
            // Idle between two requests: closed without a word.
            let idle = try await test.exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(idle.hasPrefix("HTTP/1.1 200 ") && idle.hasSuffix("hello"))
            await test.server.shutdown()
        }

        @Test func aReaderThatStallsIsCut() async throws {
            let test = try await TestServer { $0.writeStallSeconds = 0.3 }
            let (port, seen) = (test.port, test.seen)
            let client = try await offPool {
                let client = try RawClient(port: port)
                client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            #expect(await eventually { seen.gone.load(ordering: .relaxed) == 1 })
            withExtendedLifetime(client) {}
            await test.server.shutdown()
        }

        /// What a connection is told while two others, which were served, are kept.
        private static func answerBesideTwo(_ port: UInt16) throws -> String {
            let kept = [try RawClient(port: port), try RawClient(port: port)]
            for client in kept {
                client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.receive(until: "hello")
            }
            return try withExtendedLifetime(kept) { try RawClient(port: port).receiveAll() }
        }

        @Test func tooManyConnectionsGet503() async throws {
            let test = try await TestServer { $0.connectionsMax = 2 }
            let port = test.port
            try await offPool {
                let answer = try Self.answerBesideTwo(port)
                #expect(answer.hasPrefix("HTTP/1.1 503 "))
            }
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            #expect(test.server.statistics().connectionsRefused == 1)
            await test.server.shutdown()
        }

        @Test func oneAddressHasItsShareOfConnections() async throws {
            let test = try await TestServer { $0.connectionsPerAddressMax = 2 }
            let port = test.port
            try await offPool {
                let answer = try Self.answerBesideTwo(port)
                #expect(answer.hasPrefix("HTTP/1.1 429 ") && answer.contains("\r\nRetry-After: 1\r\n"))
            }
            // What was held is given back, and the address forgotten.
            #expect(await eventually { test.server.statistics().clients == 0 })
            #expect(
                try await test.exchange("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").hasSuffix(
                    "hello"))
            #expect(test.server.statistics().failures[.connectionsPerAddressMax] == 1)
            await test.server.shutdown()
            #expect(test.server.statistics().connectionObjects == 0)
        }

        @Test(arguments: [(1, 100, 429), (100, 1, 503)])
        func requestsUnderWayAreBounded(_ perClient: Int, _ total: Int, _ status: Int) async throws {
            let test = try await TestServer(drainSeconds: 0.1) { limits in
                limits.requestsInFlightPerClientMax = perClient
                limits.requestsInFlightMax = total
            }
            let (port, seen) = (test.port, test.seen)
            let held = try await offPool {
                let held = try RawClient(port: port)
                held.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
                return held
            }
            #expect(await eventually { seen.started.load(ordering: .relaxed) == 1 })
            let look = "GET /look HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let refused = try await test.exchange(look)
            #expect(refused.hasPrefix("HTTP/1.1 \(status) ") && refused.contains("\r\nRetry-After: 1\r\n"))
            // Routes without a key are for those who look after the server: they are always answered.
            #expect(
                try await test.exchange("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").hasSuffix(
                    "hello"))
            held.resetOnClose()
            try await offPool { held.shutdownOutput() }
            #expect(await eventually { test.server.statistics().requestsInFlight == 0 })
            #expect(try await test.exchange(look).hasPrefix("HTTP/1.1 200 "))
            await test.server.shutdown()
        }

        /// RFC 6585 4: a bucket of two, one token in 50 seconds.
        @Test func theRateOfAClientIsBounded() async throws {
            let test = try await TestServer { limits in
                limits.requestsPerSecond = 0.02
                limits.requestBurst = 2
            }
            let look = "GET /look HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            for _ in 0..<2 { #expect(try await test.exchange(look).hasPrefix("HTTP/1.1 200 ")) }
            let refused = try await test.exchange(look)
            #expect(refused.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
            let seconds =
                refused.firstRange(of: "Retry-After: ").flatMap {
                    Int(refused[$0.upperBound...].prefix { $0.isNumber })
                } ?? 0
            #expect((30...50).contains(seconds), "\(refused)")
            #expect(test.server.statistics().failures[.rateLimited] == 1)
            await test.server.shutdown()
        }

        @Test func shutdownLetsRequestsEnd() async throws {
            let test = try await TestServer()
            let (port, seen) = (test.port, test.seen)
            let idle = try await offPool {
                let idle = try RawClient(port: port)
                idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try idle.receive(until: "hello")
                return idle
            }
            async let answer = test.exchange("GET /pause HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { seen.started.load(ordering: .relaxed) == 1 })
            async let stopped: Void = test.server.shutdown()
            #expect(try await offPool { try idle.receiveAll() }.isEmpty)
            let text = try await answer
            #expect(text.hasSuffix("done") && text.contains("\r\nConnection: close\r\n"))
            await stopped
            #expect(test.server.statistics().connectionsOpen == 0)
            await #expect(throws: RawClient.Failure.self) { try await offPool { _ = try RawClient(port: port) } }
        }

        /// A client that keeps its connection may have sent its next request before it hears of the stop.
        @Test func shutdownAnswersWhatIsOnItsWay() async throws {
            let test = try await TestServer(drainSeconds: 10) { $0.stopGraceSeconds = 5 }
            let port = test.port
            let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
            let kept = try await offPool {
                let kept = try RawClient(port: port)
                kept.send(hello)
                _ = try kept.receive(until: "hello")
                return kept
            }
            async let stopped: Void = test.server.shutdown()
            let text = try await offPool {
                while (try? RawClient(port: port)) != nil { usleep(1000) }
                usleep(200_000)
                kept.send(hello)
                return try kept.receiveAll()
            }
            #expect(
                text.hasPrefix("HTTP/1.1 200 ") && text.contains("\r\nConnection: close\r\n") && text.hasSuffix("hello")
            )
            await stopped
        }

        /// The kernel keeps the last event for a reader that has long stood still.
        @Test func aSlowReaderGetsItsLastEvent() async throws {
            let test = try await TestServer(drainSeconds: 1)
            let (port, seen) = (test.port, test.seen)
            let client = try await offPool {
                let client = try RawClient(port: port)
                client.setReceiveBuffer(16_384)
                client.send("GET /until-stopped HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            var written = -1
            while written != seen.written.load(ordering: .relaxed) || written == 0 {
                written = seen.written.load(ordering: .relaxed)
                try await Task.sleep(for: .milliseconds(200))
            }
            seen.stops.store(1, ordering: .relaxed)
            await test.server.shutdown()
            #expect(test.server.statistics().connectionsOpen == 0)
            let text = try await offPool { try client.receiveAll() }
            #expect(text.hasSuffix("the last event\r\n0\r\n\r\n"), "\(text.suffix(40))")
        }

        @Test func shutdownDoesNotWaitForEver() async throws {
            let test = try await TestServer(drainSeconds: 0.3)
            let seen = test.seen
            async let answer = test.exchange("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { seen.started.load(ordering: .relaxed) == 1 })
            await test.server.shutdown()
            #expect(try await answer.isEmpty)
            #expect(await eventually { seen.cancelled.load(ordering: .relaxed) == 1 })
        }

        /// Thousands of connections that end by FIN and RST in every phase leave no descriptor behind.
        @Test func churnLeavesNothing() async throws {
            let test = try await TestServer()
            let (port, seen) = (test.port, test.seen)
            let before = Self.openDescriptors()
            await withTaskGroup { group in
                for worker in 0..<4 {
                    group.addTask {
                        try? await offPool {
                            for round in 0..<800 {
                                let client = try RawClient(port: port)
                                switch (round + worker) % 6 {
                                case 0: break
                                case 1: client.send("GET /hel")
                                case 2: client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                                case 3: client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
                                case 4:
                                    client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                                    _ = try client.receive(until: "hello")
                                default: client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
                                }
                                if round % 2 == 0 { client.resetOnClose() }
                            }
                        }
                    }
                }
            }
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            #expect(test.server.statistics().connectionsAccepted >= 3000)
            #expect(await eventually { test.server.statistics().connectionObjects == 0 })
            #expect(test.server.statistics().requestsInFlight == 0 && test.server.statistics().clients == 0)
            #expect(await eventually { Self.openDescriptors() <= before })
            // Every handler that started has heard of its client's departure.
            #expect(
                await eventually {
                    seen.cancelled.load(ordering: .relaxed) + seen.gone.load(ordering: .relaxed)
                        == seen.started.load(ordering: .relaxed)
                })
            await test.server.shutdown()
        }

        private static func openDescriptors() -> Int { (0..<4096).filter { fcntl(Int32($0), F_GETFD) >= 0 }.count }
    }
}
