import SequenceService
import System
import TestSupport
import Testing

/// A directory that cannot be written is found at the start and while it lasts, and is well again by itself.
@Suite(.serialized) struct DirectoryProbeTests {
    @Test func itWritesAndLeavesNothing() throws {
        let directory = try TemporaryDirectory()
        let probe = DirectoryProbe(directory: directory.path + "/data")
        #expect(probe.run() != nil && probe.fault != nil)
        try Files.makeDirectories(directory.path + "/data")
        #expect(probe.run() == nil && probe.fault == nil)
        #expect(TemporaryDirectory.names(in: directory.path + "/data").isEmpty)
    }

    @Test func theStartSaysIt() throws {
        let data = try ServicePlace()
        do {
            _ = try data.service { $0.dataDirectory = "/proc/self" }
            Issue.record("started")
        } catch let error as ServiceDirectory.Unusable {
            #expect(error.description.hasPrefix("the data directory /proc/self cannot be written: "), "\(error)")
        }
    }

    @Test func readinessFollowsTheDisk() async throws {
        let data = try ServicePlace()
        try await data.serving { service in
            try service.checkReady()
            func becomes(ready: Bool) async throws -> Bool {
                let deadline = ContinuousClock.now + .seconds(30)
                while ContinuousClock.now < deadline {
                    if ((try? service.checkReady()) != nil) == ready { return true }
                    try await Task.sleep(for: .milliseconds(20))
                }
                return false
            }
            try Files.rename(data.root, to: data.root + ".away")
            // What a client met: the next round comes at once.
            service.note(FileError.io(operation: "write", path: "x", errno: EROFS))
            #expect(try await becomes(ready: false))
            try Files.rename(data.root + ".away", to: data.root)
            #expect(try await becomes(ready: true), "by itself")
        }
    }

    @Test func whatMayPassIsNamed() {
        let codes: [(Int32, Obstacle?)] = [
            (ENOSPC, .full), (EDQUOT, .full), (EROFS, .readOnly), (EMFILE, .descriptors), (ENFILE, .descriptors),
            (EIO, nil), (EACCES, nil),
        ]
        for (code, obstacle) in codes {
            #expect(FileError.io(operation: "write", path: "x", errno: code).obstacle == obstacle)
        }
        #expect(FileError.io(operation: "read", path: "x", errno: EIO).isDiskFailure)
        #expect(FileError.notFound(path: "x").obstacle == nil)
    }
}
