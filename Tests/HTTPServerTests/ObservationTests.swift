import HTTP1
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// What is noted of requests.
extension ServerSuites {
    @Suite struct ObservationTests {
        private final class Records: Sendable {
            private let list = Mutex<[AccessRecord]>([])
            func add(_ record: AccessRecord) { list.withLock { $0.append(record) } }
            var all: [AccessRecord] { list.withLock { $0 } }
        }

        private let end = "Host: a\r\nConnection: close\r\n\r\n"

        @Test func everyRequestIsNotedOnce() async throws {
            let records = Records()
            let test = try await TestServer(setUp: { $0.onRequestEnd = { records.add($0) } }) {
                $0.bodyGraceSeconds = 0.2
            }
            let (port, seen) = (test.port, test.seen)
            _ = try await test.exchange("GET /hello?secret=1 HTTP/1.1\r\n\(end)")
            _ = try await test.exchange("POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\(end)abc")
            _ = try await test.exchange("GET /none HTTP/1.1\r\n\(end)")
            _ = try await test.exchange("GET /stream HTTP/1.1\r\n\(end)")
            _ = try await test.exchange("GET /broken-stream HTTP/1.1\r\n\(end)")
            _ = try await test.exchange("NO\r\n\r\n")
            _ = try await test.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n")
            try await offPool {
                let client = try RawClient(port: port)
                client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                while seen.started.load(ordering: .relaxed) == 0 { _ = 0 }
            }
            #expect(await eventually { records.all.count == 8 })
            let all = records.all
            #expect(all.map(\.status) == [200, 200, 404, 200, 200, 400, 408, 0])
            #expect(all.map(\.route) == ["/hello", "/echo", "", "/stream", "/broken-stream", "", "/echo", "/wait"])
            #expect(
                all.map(\.failure) == [nil, nil, nil, nil, .streamFailed, .protocolFault, .bodyTimeout, .clientGone])
            #expect(
                all[0].path == "/hello" && all[0].method == "GET" && all[0].peer == "127.0.0.1"
                    && all[0].responseBytes > 100)
            #expect(all[1].requestBytes == 3)
            #expect(all.map { $0.firstEventSeconds != nil } == [false, false, false, true, true, false, false, false])
            #expect(all.allSatisfy { $0.seconds >= 0 && ($0.firstEventSeconds ?? 0) <= $0.seconds })
            let statistics = test.server.statistics()
            #expect(statistics.routes.last?.requests == [404: 1, 400: 1])
            #expect(statistics.routes.first { $0.pattern == "/wait" }?.requests == [499: 1])
            #expect(statistics.routes.first { $0.pattern == "/stream" }?.firstEvent.count == 1)
            #expect(statistics.failures == [.streamFailed: 1, .protocolFault: 1, .bodyTimeout: 1, .clientGone: 1])
            await test.server.shutdown()
        }

        /// W3C Trace Context, level 1: the trace goes on with a span of ours as the parent.
        @Test func aTraceIsContinued() async throws {
            let test = try await TestServer()
            let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let text = try await test.exchange("GET /hello HTTP/1.1\r\nTraceparent: \(given)\r\n\(end)")
            #expect(text.contains("\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-") && text.contains("-01\r\n"))
            #expect(!text.contains("00f067aa0ba902b7"))
            #expect(
                !(try await test.exchange("GET /hello HTTP/1.1\r\nTraceparent: 00-xyz\r\n\(end)")).contains(
                    "traceparent"))
            await test.server.shutdown()
        }

        private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

        @Test(arguments: [
            ("00-\(trace)-00f067aa0ba902b7-01", true), ("00-\(trace)-00f067aa0ba902b7-00", true),
            ("cc-\(trace)-00f067aa0ba902b7-01-what", true),
            ("cc-\(trace)-00f067aa0ba902b7-01", true), ("00-\(trace)-00f067aa0ba902b7-01-what", false),
            ("cc-\(trace)-00f067aa0ba902b7-01.what", false),
            ("ff-\(trace)-00f067aa0ba902b7-01", false),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
            ("00-\(trace)-0000000000000000-01", false),
            ("00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-\(trace)-00f067aa0ba902b7-1", false), ("00-\(trace)-00f067aa0ba902b7-0g", false),
            ("0-\(trace)-00f067aa0ba902b7-01", false), ("", false),
        ])
        func traceparentsAreChecked(_ value: String, _ isValid: Bool) {
            #expect((TraceContext(value, span: 1) != nil) == isValid)
        }

        @Test func ourSpanHasSixteenDigits() throws {
            let trace = try #require(TraceContext("00-\(Self.trace)-00f067aa0ba902b7-ff", span: 0x1f))
            #expect(trace.value == "00-\(Self.trace)-000000000000001f-01")
        }

        @Test func histogramsCountBelowTheirBounds() {
            var histogram = Histogram()
            for seconds in [0, 0.0001, 0.00011, 0.1, 121] { histogram.add(seconds) }
            #expect(histogram.counts[0] == 2 && histogram.counts[1] == 1 && histogram.counts.last == 1)
            #expect(histogram.count == 5 && abs(histogram.sum - 121.10021) < 1e-9)
        }
    }
}
