import Glibc
import HTTP1
import HTTPServer
import HTTPTypes
import Logging
import Sockets
import Synchronization
import TLS
import TestSupport
import Testing

/// All suites over sockets, one test after the other: they measure times and count descriptors.
@Suite(.serialized) enum ServerSuites {}

/// What handlers saw.
final class Observations: Sendable {
    let started = Atomic<Int>(0)
    let cancelled = Atomic<Int>(0)
    let written = Atomic<Int>(0)
    let read = Atomic<Int>(0)
    let gone = Atomic<Int>(0)
    let stops = Atomic<Int>(0)
}

/// A server with the routes the tests need, on a free port.
struct TestServer {
    let server: HTTPServer
    let port: UInt16
    let seen: Observations

    /// - Parameter tls: if given, the server speaks TLS and nothing else.
    init(drainSeconds: Double = 2, tls: TLSCredentials? = nil, _ configure: (inout HTTPLimits) -> Void = { _ in })
        async throws
    {
        try await self.init(drainSeconds: drainSeconds, tls: tls, setUp: { _ in }, configure)
    }

    init(
        drainSeconds: Double = 2, tls: TLSCredentials? = nil, setUp: (inout HTTPServerConfiguration) -> Void,
        _ configure: (inout HTTPLimits) -> Void = { _ in }
    ) async throws {
        var configuration = HTTPServerConfiguration(drainSeconds: drainSeconds)
        if let tls {
            configuration.listeners = []
            configuration.tls = TLSListeners(credentials: tls)
        }
        // The tests of the protocol call the server what they like; `HostTests` are about names.
        configuration.hosts = HostPolicy(names: ["*"])
        configure(&configuration.limits)
        setUp(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        seen = Observations()
        server = try HTTPServer(
            configuration: configuration, router: Self.routes(seen),
            errorResponder: { error, _ in
                let error = error as? HTTPServerError
                return Response(
                    status: error?.status ?? .internalServerError,
                    body: .bytes(Array("\(error?.status.code ?? 500)".utf8)))
            },
            logger: logger)
        let bound = try server.bind()
        port = (tls == nil ? bound.first : bound.last)?.address.port ?? 0
        try await server.start()
    }

    private static func routes(_ seen: Observations) -> Router {
        var router = Router()
        addAnswers(&router)
        addBodies(&router, seen)
        addWaits(&router, seen)
        addStreams(&router)
        addEndlessStreams(&router, seen)
        return router
    }

    private static func addAnswers(_ router: inout Router) {
        router.on(.get, "/hello") { _ in Response(status: .ok, body: .bytes(Array("hello".utf8))) }
        router.onLoop(.get, "/at-once") { request in
            // On a loop there is no task.
            let isInTask = withUnsafeCurrentTask { $0 != nil }
            if request.queryValue("fails") != nil { throw HTTPServerError.badRequest(detail: "no") }
            return Response(
                status: .ok, headers: [.contentType: "text/plain"], body: .bytes(Array("in a task: \(isInTask)".utf8)))
        }
        router.on(.get, "/look", role: .predict) { request in
            Response(status: .ok, body: .bytes(Array("seen by \(request.caller.name)".utf8)))
        }
        router.on(.delete, "/look", role: .admin) { _ in Response(status: .ok) }
        router.on(.get, "/empty") { _ in Response(status: .noContent) }
        router.on(.get, "/split") { _ in
            Response(status: .ok, headers: HTTPFields([HTTPField(name: .location, lenientValue: [1])]))
        }
        router.on(.get, "/large") { _ in Response(status: .ok, body: .bytes([UInt8](repeating: 0x61, count: 1_000_000)))
        }
        router.on(.get, "/fail") { _ in throw HTTPServerError.badRequest(detail: "no") }
        router.on(.get, "/things/{id}/parts/{part}") { request in
            let text =
                "\(request.parameters["id"] ?? "?")-\(request.parameters["part"] ?? "?")"
                + "-\(request.queryValue("q") ?? "?")"
            return Response(status: .ok, body: .bytes(Array(text.utf8)))
        }
    }

    /// As the system knows the thread that asks.
    private static func threadName() -> String {
        guard let file = fopen("/proc/thread-self/comm", "r") else { return "?" }
        defer { fclose(file) }
        var name = [CChar](repeating: 0, count: 32)
        guard fgets(&name, 32, file) != nil else { return "?" }
        return String(decoding: name.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Routes that read a body.
    private static func addBodies(_ router: inout Router, _ seen: Observations) {
        router.on(.post, "/echo", bodySizeBytesMax: 1_000_000) { request in
            Response(status: .ok, body: .bytes(try await request.body.collect(sizeBytesMax: 1_000_000)))
        }
        router.on(.post, "/threads", bodySizeBytesMax: 1_000_000, staysOnLoop: true) { request in
            // Where it begins, behind a wait, and while it streams.
            var names = [Self.threadName()]
            _ = try await request.body.collect(sizeBytesMax: 1_000_000)
            try await Task.sleep(for: .milliseconds(1))
            names.append(Self.threadName())
            if let failure = request.queryValue("fails") { throw HTTPServerError.badRequest(detail: failure) }
            guard request.queryValue("streams") != nil else {
                let text = names.joined(separator: " ")
                return Response(status: .ok, headers: [.contentType: "text/plain"], body: .bytes(Array(text.utf8)))
            }
            return Response(
                status: .ok,
                body: .stream { [names] writer in
                    try await writer.write(Array(names.joined(separator: " ").utf8))
                    try await Task.sleep(for: .milliseconds(1))
                    try await writer.write(Array((" " + Self.threadName()).utf8))
                })
        }
        router.on(.post, "/needs-content", needsContent: true) { _ in Response(status: .ok) }
        router.on(.put, "/things/{id}") { request in
            Response(status: .created, body: .bytes(try await request.body.collect(sizeBytesMax: 1000)))
        }
        router.on(.post, "/length", bodySizeBytesMax: 20_000_000) { request in
            var length = 0
            while let bytes = try await request.body.next() { length += bytes.count }
            return Response(status: .ok, body: .bytes(Array("\(length)".utf8)))
        }
        router.on(.post, "/ignore", bodySizeBytesMax: 100_000_000) { _ in Response(status: .ok) }
        router.on(.post, "/slow-reader", bodySizeBytesMax: 100_000_000) { request in
            while let bytes = try await request.body.next() {
                seen.read.add(bytes.count, ordering: .relaxed)
                try await Task.sleep(for: .milliseconds(40))
            }
            return Response(status: .ok)
        }
    }

    /// Routes that take their time.
    private static func addWaits(_ router: inout Router, _ seen: Observations) {
        router.on(.get, "/hold", role: .predict) { _ in
            seen.started.add(1, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(20))
            return Response(status: .ok)
        }
        router.on(.get, "/wait") { _ in
            seen.started.add(1, ordering: .relaxed)
            do {
                try await Task.sleep(for: .seconds(20))
            } catch {
                seen.cancelled.add(1, ordering: .relaxed)
            }
            return Response(status: .ok)
        }
        router.on(.get, "/wait-on-loop", staysOnLoop: true) { _ in
            seen.started.add(1, ordering: .relaxed)
            do {
                try await Task.sleep(for: .seconds(20))
            } catch {
                seen.cancelled.add(1, ordering: .relaxed)
            }
            return Response(status: .ok)
        }
        router.on(.get, "/pause") { _ in
            seen.started.add(1, ordering: .relaxed)
            try await Task.sleep(for: .milliseconds(300))
            return Response(status: .ok, body: .bytes(Array("done".utf8)))
        }
    }

    private static func addStreams(_ router: inout Router) {
        router.on(.get, "/stream") { _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    for word in ["one", "two", "three"] { try await writer.write(Array(word.utf8)) }
                })
        }
        router.on(.get, "/broken-stream") { _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    try await writer.write(Array("one".utf8))
                    throw HTTPServerError.badRequest(detail: "in the middle")
                })
        }
        router.on(.get, "/text") { _ in
            let text = String(repeating: "one line like another\n", count: 200)
            return Response(status: .ok, headers: [.contentType: "text/plain"], body: .bytes(Array(text.utf8)))
        }
        router.on(.get, "/events") { _ in
            Response(
                status: .ok, headers: [.contentType: "text/event-stream", .vary: "Origin"],
                body: .stream { writer in
                    for number in 1...3 {
                        try await writer.write(Array("data: \(number)\n\n".utf8))
                        try await Task.sleep(for: .milliseconds(150))
                    }
                })
        }
        router.on(.get, "/burst") { _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    for _ in 0..<125 { try await writer.write([UInt8](repeating: 0x61, count: 8000)) }
                })
        }
    }

    /// Streams that only the client's leaving, or the test, ends.
    private static func addEndlessStreams(_ router: inout Router, _ seen: Observations) {
        router.on(.get, "/endless") { _ in
            seen.started.add(1, ordering: .relaxed)
            return Response(
                status: .ok,
                body: .stream { writer in
                    let bytes = [UInt8](repeating: 0x61, count: 8000)
                    do {
                        while true {
                            try await writer.write(bytes)
                            seen.written.add(bytes.count, ordering: .relaxed)
                        }
                    } catch {
                        if error as? HTTPServerError == .clientGone { seen.gone.add(1, ordering: .relaxed) }
                        throw error
                    }
                })
        }
        router.on(.get, "/until-stopped") { _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    while seen.stops.load(ordering: .relaxed) == 0 {
                        try await writer.write([UInt8](repeating: 0x61, count: 8000))
                        seen.written.add(8000, ordering: .relaxed)
                    }
                    try await writer.write(Array("the last event".utf8))
                })
        }
        router.on(.get, "/ticks") { _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    do {
                        while true {
                            try await writer.write([0x2E])
                            try await Task.sleep(for: .milliseconds(5))
                        }
                    } catch {
                        seen.gone.add(1, ordering: .relaxed)
                        throw error
                    }
                })
        }
    }

    /// Sends `text` on a new connection and returns all that comes until the server closes.
    func exchange(_ text: String) async throws -> String {
        let port = port
        return try await offPool {
            let client = try RawClient(port: port)
            client.send(text)
            return try client.receiveAll()
        }
    }
}
