import Dispatch
import HTTPServer
import Synchronization
import Testing

/// The marks at which a writer suspends and goes on, without a socket.
@Suite struct BodyWriterTests {
    /// A writer of a handler on a thread of its own, which can be waited for.
    private final class Writing: Sendable {
        let writer: BodyWriter
        private let flushes = Flushes()
        private let executor = QueueExecutor()

        init(isChunked: Bool = false, high: Int = 10, low: Int = 4) {
            writer = BodyWriter(
                isChunked: isChunked, highWaterBytes: high, lowWaterBytes: low, compressor: nil
            ) { [flushes] in flushes.asked.add(1, ordering: .relaxed) }
        }

        var flushesAskedFor: Int { flushes.asked.load(ordering: .relaxed) }

        /// Begins a write, and returns when it has ended or is suspended.
        func start(_ byteCount: Int) -> Task<Void, any Error> {
            let task = Task(executorPreference: executor) { [writer] in
                try await writer.write([UInt8](repeating: 0x61, count: byteCount))
            }
            // One after the other: this runs after what the task did at first.
            executor.queue.sync {}
            return task
        }
    }

    private final class Flushes: Sendable {
        let asked = Atomic<Int>(0)
    }

    /// Runs tasks one job after the other.
    private final class QueueExecutor: TaskExecutor {
        let queue = DispatchQueue(label: "writer")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    @Test func writeHighWaterBytes() async throws {
        let writing = Writing()
        try await writing.start(10).value
        #expect(writing.flushesAskedFor == 1 && writing.writer.takePending().count == 10)
        // 10 on their way, and one byte more.
        let second = writing.start(1)
        writing.writer.fail(.clientGone)
        await #expect(throws: HTTPServerError.clientGone) { try await second.value }
    }

    @Test func writeLowWaterBytes() async throws {
        for (left, goesOn) in [(5, false), (4, true)] {
            let writing = Writing()
            let write = writing.start(11)
            #expect(writing.writer.takePending().count == 11)
            writing.writer.didSend(pendingBytes: left)
            writing.writer.fail(.misuse(detail: "it still waits"))
            if goesOn {
                try await write.value
            } else {
                await #expect(throws: HTTPServerError.misuse(detail: "it still waits")) { try await write.value }
            }
        }
    }

    /// What is written while a flush is on its way goes with it, framed.
    @Test func writesShareAFlush() async throws {
        let writing = Writing(isChunked: true, high: 1000)
        try await writing.start(3).value
        try await writing.start(0).value
        try await writing.start(2).value
        #expect(writing.flushesAskedFor == 1)
        #expect(String(decoding: writing.writer.takePending(), as: UTF8.self) == "3\r\naaa\r\n2\r\naa\r\n")
        try await writing.start(1).value
        #expect(writing.flushesAskedFor == 2)
    }

    @Test func aCancelledWriteIsTheClientsDeparture() async throws {
        let writing = Writing()
        let write = writing.start(11)
        write.cancel()
        await #expect(throws: HTTPServerError.clientGone) { try await write.value }
        await #expect(throws: HTTPServerError.clientGone) { try await writing.start(1).value }
    }
}
