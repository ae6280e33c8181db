import Dispatch
import Glibc
import JSON
import Synchronization
import TestSupport
import Testing

/// Clients that disappear at random moments of predictions, streams and steps of sessions: nobody's work goes on, no
/// session stays busy, and no descriptor is left.
@Suite(.serialized) struct VanishedClientTests {
    private static let clientCount = 1000
    private static let workerCount = 16
    private static let sessionCount = 64

    /// Requests that would take long, or that change something, each with the session that it is of.
    private static func request(_ kind: Int, _ session: String) -> [UInt8] {
        let (path, body) =
            switch kind {
            case 0: ("/predict", #"{"model":"prose","prompt":"the cat","max_tokens":50000,"stream":true}"#)
            case 1: ("/predict", #"{"model":"prose","prompt":"the cat sat on","max_tokens":2000}"#)
            case 2: ("/sessions/\(session)/step", #"{"prompt":"a"}"#)
            case 3: ("/sessions/\(session)/step", #"{"prompt":"a","max_tokens":50000,"stream":true}"#)
            case 4: ("/sessions/\(session)/step", #"{"max_tokens":50000,"stream":true,"advance":true}"#)
            case 5: ("/sessions/\(session)/step", #"{"max_tokens":2000,"advance":true}"#)
            default: ("/sessions", #"{"model":"prose","prompt":"the dog"}"#)
            }
        return Array(
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    /// What the service has at work or open, of which nothing but the request that asks may be left.
    private static let held = [
        "rondo_connection_objects", "rondo_requests_in_flight", "rondo_predictions_active", "rondo_sessions_stepping",
    ]

    private func quietDescriptorCount(_ server: TestServer) throws -> Double {
        var seen: [Double] = []
        do {
            try server.wait(for: "the end of all that vanished clients asked for") {
                seen = try server.metrics(Self.held + ["process_open_fds"])
                return seen.starts(with: [1, 1, 0, 0])
            }
        } catch {
            throw TestFailure("\(error): \(Self.held): \(seen)")
        }
        return seen[4]
    }

    @Test func nothingGoesOnForThem() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory)
        _ = try server.finished(server.train(Samples.language()))
        let sessions = try (0..<Self.sessionCount).map { _ in
            try #require(
                server.request("POST", "/sessions", #"{"model":"prose","prompt":"the"}"#).json["id"]?.asString)
        }
        let before = try quietDescriptorCount(server)
        let clients = DispatchGroup(), target = RawSocket.Target.port(server.port)
        let refusedCount = Atomic(0)
        for worker in 0..<Self.workerCount {
            DispatchQueue(label: "vanishing").async(group: clients) {
                var random = SplitMix(state: UInt64(worker) + 1)
                for _ in 0..<Self.clientCount / Self.workerCount + 1 {
                    guard let client = RawSocket(target) else {
                        refusedCount.add(1, ordering: .relaxed)
                        return
                    }
                    // A session is one client's own or several clients', as it happens.
                    let session = sessions[Int(random.next() % UInt64(sessions.count))]
                    let bytes = Self.request(Int(random.next() % 7), session)
                    let isWhole = random.next() % 4 > 0
                    client.send(isWhole ? bytes : Array(bytes.prefix(1 + Int(random.next() % 100))))
                    usleep(useconds_t(random.next() % 20_000))
                    if isWhole && random.next() % 2 == 0 { _ = client.receive() }
                    if random.next() % 2 == 0 { client.reset() } else { client.close() }
                }
            }
        }
        clients.wait()
        try #require(server.process.isRunning, "\(server.process.errors.suffix(4000))")
        #expect(refusedCount.load(ordering: .relaxed) == 0)
        // A file that the service opens for a moment is not a leak.
        try server.wait(for: "the \(before) descriptors of the start") { try quietDescriptorCount(server) <= before }
        for session in sessions {
            let seen = try server.request("GET", "/sessions/\(session)").json["steps"]?.asInt
            let answer = try server.request("POST", "/sessions/\(session)/step", #"{"prompt":"a"}"#)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["steps"]?.asInt == seen.map { $0 + 1 })
        }
        #expect(server.stop() == 0)
        let check = try ChildProcess(["check", "--data", directory.path], in: directory)
        #expect(check.wait() == 0, "\(check.output)\(check.errors)")
    }
}
