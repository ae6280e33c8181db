import Sockets
import TestSupport
import Testing

@Suite struct SocketStreamTests {
    @Test func bytesAndTheEndComeInTheirOrder() async throws {
        let pair = try await StreamPair()
        let recorder = pair.recorder
        pair.client.send("abc")
        pair.client.send("def")
        pair.client.shutdownOutput()
        #expect(await eventually { !recorder.seen.ends.isEmpty })
        #expect(recorder.text == "abcdef" && recorder.seen.ends == [false])
        // The other direction is open.
        try await pair.run {
            $0.write(Array("answer".utf8))
            $0.flush()
        }
        let client = pair.client
        #expect(try await offPool { try client.receive(until: "answer") } == "answer")
        try await pair.close()
        #expect(recorder.seen.closes == 1)
    }

    /// More than one turn may read; nothing is lost between two.
    @Test func aLongInputIsReadInTurns() async throws {
        let pair = try await StreamPair()
        let recorder = pair.recorder
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let client = pair.client
        try await offPool {
            client.send(bytes)
            client.shutdownOutput()
        }
        #expect(await eventually { recorder.seen.ends == [false] })
        #expect(recorder.seen.received == bytes)
        try await pair.close()
    }

    @Test func nothingIsReadWhilePaused() async throws {
        let pair = try await StreamPair()
        let recorder = pair.recorder
        try await pair.run { $0.pauseReading() }
        pair.client.send("abc")
        for _ in 0..<3 { await pair.loop.settle() }
        #expect(recorder.text.isEmpty)
        try await pair.run {
            #expect($0.isPaused)
            $0.resumeReading()
            #expect(!$0.isPaused)
        }
        #expect(await eventually { recorder.text == "abc" })
        try await pair.close()
    }

    /// Queued arrays leave by one call, in order; what the kernel does not take waits here.
    @Test func aClientThatReadsLateGetsEverything() async throws {
        let pair = try await StreamPair(receiveBufferBytes: 4096)
        let recorder = pair.recorder
        let pieces = (0..<200).map { number in [UInt8](repeating: UInt8(number), count: 40_000) }
        try await pair.run { stream in
            for piece in pieces { stream.write(piece) }
            #expect(stream.pendingBytes == 8_000_000)
            stream.flush()
            #expect(stream.pendingBytes > 0 && stream.lastProgressSeconds > 0)
            let (_, owedBytes) = stream.observeReader()
            #expect(owedBytes >= stream.pendingBytes)
        }
        let client = pair.client
        let received = try await offPool {
            var all: [UInt8] = []
            while all.count < 8_000_000, case let bytes = try client.receive(), !bytes.isEmpty { all += bytes }
            return all
        }
        #expect(received == pieces.flatMap { $0 })
        #expect(await eventually { recorder.seen.pendingBytes.last == 0 })
        #expect(recorder.seen.pendingBytes.contains { $0 > 0 })
        try await pair.run { stream in
            #expect(stream.pendingBytes == 0)
            let (takenBytes, owedBytes) = stream.observeReader()
            #expect(takenBytes > 0 && owedBytes == 0)
        }
        try await pair.close()
    }

    @Test func aResetIsAnError() async throws {
        var pair: StreamPair? = try await StreamPair()
        let recorder = try #require(pair?.recorder)
        pair?.client.resetOnClose()
        let (loop, stream) = try #require(pair.map { ($0.loop, $0.stream) })
        pair = nil
        #expect(await eventually { recorder.seen.ends == [true] })
        try await loop.run { stream.close() }
        #expect(recorder.seen.closes == 1)
    }

    /// Nobody reads that would find it out.
    @Test func aResetIsHeardOfWhilePaused() async throws {
        var pair: StreamPair? = try await StreamPair()
        let recorder = try #require(pair?.recorder)
        try await pair?.run { $0.pauseReading() }
        pair?.client.resetOnClose()
        let (loop, stream) = try #require(pair.map { ($0.loop, $0.stream) })
        pair = nil
        #expect(await eventually { recorder.seen.ends == [true] })
        try await loop.run {
            #expect(stream.isBroken)
            stream.close()
        }
    }

    @Test func outputEndsByItself() async throws {
        let pair = try await StreamPair()
        let (recorder, client) = (pair.recorder, pair.client)
        try await pair.run {
            $0.write(Array("last".utf8))
            $0.flush()
            $0.shutdownOutput(stallSeconds: 5)
        }
        #expect(try await offPool { try client.receiveAll() } == "last")
        client.send("more")
        #expect(await eventually { recorder.text == "more" })
        try await pair.close()
    }

    @Test func afterTheCloseNothingHasAMeaning() async throws {
        let pair = try await StreamPair()
        let recorder = pair.recorder
        try await pair.run {
            $0.close(resets: true)
            $0.close()
            $0.write([1])
            $0.flush()
            $0.resumeReading()
            $0.shutdownOutput(stallSeconds: 1)
            $0.lendKernelBuffers()
            #expect($0.pendingBytes == 0 && $0.observeReader() == (0, 0))
        }
        #expect(recorder.seen.closes == 1 && recorder.seen.ends.isEmpty)
        let client = pair.client
        #expect(try await offPool { try client.receiveAll() }.isEmpty)
    }
}
