import Logging
import SequenceService
import Store
import Synchronization
import System
import TestSupport
import Testing

/// A service misses the files by which it holds its directory, and takes them anew or gives up.
@Suite(.serialized) struct DirectoryWatchTests {
    private final class Ends: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ error: any Error) { texts.withLock { $0.append("\(error)") } }
    }

    /// A service at work, and what it says when it cannot go on.
    private func serving(_ data: ServicePlace, _ body: (Service, Ends) async throws -> Void) async throws {
        let ends = Ends()
        let service = try Service(
            configuration: ServiceConfiguration(
                dataDirectory: data.root, trainingThreads: 1, trainingNiceness: 0, predictionThreads: 2),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onFatal: { ends.add($0) })
        service.start()
        try await body(service, ends)
        await service.stop()
    }

    private func becomes(_ condition: () -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return condition()
    }

    @Test func aDeletedLockIsTakenAnew() async throws {
        let data = try ServicePlace()
        try await serving(data) { _, ends in
            try Files.remove(data.place.lock)
            #expect(try await becomes { Files.exists(data.place.lock) })
            #expect(throws: DirectoryInUse.self) { try DirectoryLock(data.place, for: .care) }
            #expect(ends.all.isEmpty)
        }
    }

    /// Somebody who mends the directory has locked the file that came in its place.
    @Test func aDirectoryThatIsBeingMendedIsLeft() async throws {
        let data = try ServicePlace()
        try await serving(data) { _, ends in
            let path = data.directory.path + "/lock"
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT)
            let isLocked = file.tryLock()
            #expect(isLocked)
            try Files.rename(path, to: data.place.lock)
            #expect(try await becomes { !ends.all.isEmpty })
            #expect(ends.all.first?.contains("being mended") == true, "\(ends.all)")
        }
    }

    @Test func anotherDatabaseIsNotWritten() async throws {
        let data = try ServicePlace(), other = try ServicePlace()
        try await other.serving(runsJobs: false) { _ in }
        try await serving(data) { service, ends in
            try Files.rename(other.place.database, to: data.place.database)
            #expect(try await becomes { !ends.all.isEmpty })
            #expect(ends.all.first?.contains("was replaced by another") == true, "\(ends.all)")
            #expect(throws: StoreError.self) { try data.submit("wave", service) }
            #expect(throws: ServiceError.self) { try service.checkReady() }
        }
    }
}
