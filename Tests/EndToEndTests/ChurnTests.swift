import Dispatch
import Synchronization
import System
import TestSupport
import Testing

/// Clients that come and leave at any phase, as fast as they can: nothing of it ends the process or stays in it.
///
/// Benchmarks/Server/churn.py does the same for minutes, with TLS and more phases.
@Suite(.serialized) struct ChurnTests {
    /// How a client leaves.
    private enum Phase: Int, CaseIterable {
        case bad, half, silent, unread, cutBody, pipelined, halfRead, endHalf, endWhole, endUnread
    }

    private static let get = Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    private static let large = Array("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    private static let post = Array("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{".utf8)
    private static let polite = Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)

    /// One connection; false when nobody listens.
    private static func leave(_ target: RawSocket.Target, at phase: Phase, cut: Int) -> Bool {
        guard let client = RawSocket(target) else { return false }
        switch phase {
        case .bad: client.send(Array("BAD\r\n\r\n".utf8))
        case .half, .endHalf: client.send(get.prefix(1 + cut % (get.count - 1)))
        case .silent: break
        case .unread, .endUnread: client.send(get)
        case .cutBody: client.send(post)
        case .pipelined: for _ in 0..<20 { client.send(large) }
        case .halfRead:
            client.send(large)
            _ = client.receive(countMax: 100)
        case .endWhole:
            client.send(get)
            _ = client.receive()
        }
        switch phase {
        case .endHalf, .endWhole, .endUnread:
            client.endSending()
            client.close()
        default: client.reset()
        }
        return true
    }

    /// A request on a connection of its own, read to the end.
    private static func isAnswered(_ target: RawSocket.Target) -> Bool {
        guard let client = RawSocket(target) else { return false }
        defer { client.close() }
        client.send(polite)
        var answer: [UInt8] = []
        while let bytes = client.receive() { answer += bytes }
        return answer.starts(with: "HTTP/1.1 200 ".utf8) && answer.contains(UInt8(ascii: "}"))
    }

    /// Open descriptors, once the request that asks is the only one: until then they count those of clients whose
    /// connections are still being closed.
    private func quietDescriptorCount(_ server: TestServer) throws -> Double {
        var seen: [Double] = []
        do {
            try server.wait(for: "the end of all other connections") {
                seen = try server.metrics(["rondo_connection_objects", "rondo_requests_in_flight", "process_open_fds"])
                return seen.starts(with: [1, 1])
            }
        } catch {
            throw TestFailure("\(error): connection objects, requests, descriptors: \(seen)")
        }
        return seen[2]
    }

    @Test func clientsThatLeaveAtAnyPhaseEndNothing() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/rondo.sock"
        let server = try TestServer(data: directory, arguments: ["--socket", path])
        let targets: [RawSocket.Target] = [.port(server.port), .unix(path)]
        // What is made once is made now.
        for target in targets { #expect(Self.isAnswered(target)) }
        let before = try quietDescriptorCount(server)

        let refusedCount = Atomic(0)
        let politeCount = Atomic(0)
        let unansweredCount = Atomic(0)
        let isOver = Atomic(false)
        let hostile = DispatchGroup()
        for worker in 0..<Self.workerCount {
            DispatchQueue(label: "hostile").async(group: hostile) {
                for index in 0..<Self.connectionCount / Self.workerCount {
                    // Bad requests are the worst: the server closes at the same moment as the client.
                    let phase = Phase(rawValue: index % (2 * Phase.allCases.count)) ?? .bad
                    let target = targets[(index / 50 + worker) % 2]
                    guard Self.leave(target, at: phase, cut: index) else {
                        refusedCount.add(1, ordering: .relaxed)
                        return
                    }
                }
            }
        }
        let good = DispatchGroup()
        DispatchQueue(label: "good").async(group: good) {
            while !isOver.load(ordering: .relaxed) {
                for target in targets {
                    politeCount.add(1, ordering: .relaxed)
                    if !Self.isAnswered(target) { unansweredCount.add(1, ordering: .relaxed) }
                }
            }
        }
        hostile.wait()
        isOver.store(true, ordering: .relaxed)
        good.wait()

        try #require(server.process.isRunning, "\(server.process.errors.suffix(4000))")
        #expect(refusedCount.load(ordering: .relaxed) == 0)
        #expect(politeCount.load(ordering: .relaxed) > 0 && unansweredCount.load(ordering: .relaxed) == 0)
        // A file that the service opens for a moment is not a leak.
        try server.wait(for: "the \(before) descriptors of the start") { try quietDescriptorCount(server) <= before }
        #expect(server.stop() == 0)
    }

    private static let connectionCount = 100_000
    private static let workerCount = 4

    /// Each loop waits in an epoll of its own (epoll(7)). A watcher that all connections share is Dispatch's, whose
    /// table of watched descriptors does not survive what the test above does.
    @Test func eachLoopWatchesItsOwnConnections() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--event-loops", "3"])
        let clients = (0..<30).compactMap { _ in RawSocket(.port(server.port)) }
        defer { for client in clients { client.close() } }
        for client in clients {
            client.send(Self.get)
            #expect(client.receive() != nil)
        }
        let folder = "/proc/\(server.process.pid)"
        let targets = try Files.names(in: folder + "/fd").map { ($0, Self.link(folder + "/fd/" + $0)) }
        let connections = Set(targets.filter { $0.1.hasPrefix("socket:") }.map(\.0))
        // proc(5), fdinfo: a line "tfd: 12 events: …" for each descriptor that an epoll watches.
        let watched = try targets.filter { $0.1 == "anon_inode:[eventpoll]" }.map { poller in
            try Files.start(of: folder + "/fdinfo/" + poller.0, sizeBytesMax: 65_536).split(separator: "\n").filter {
                $0.hasPrefix("tfd:")
            }
            .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
            .filter(connections.contains)
        }
        #expect(connections.count > clients.count)
        #expect(watched.filter { $0.count >= 10 }.count == 3, "\(watched)")
        #expect(watched.allSatisfy { $0.count <= 12 }, "\(watched)")
        #expect(Set(watched.joined()).count == watched.joined().count, "one is watched twice: \(watched)")
        #expect(server.stop() == 0)
    }

    /// Where a symbolic link leads; empty when it has gone.
    private static func link(_ path: String) -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &bytes, bytes.count)
        return String(decoding: bytes[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
