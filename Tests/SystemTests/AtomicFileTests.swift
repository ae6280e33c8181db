import System
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    @Test func replacesAndLeavesNothingBeside() throws {
        let files = try TemporaryDirectory()
        let path = files.path + "/f"
        try AtomicFile.write([1, 2, 3], to: path)
        try AtomicFile.write([], to: path)
        #expect(try AtomicFile.read(path: path, sizeBytesMax: 0).isEmpty)
        let large = [UInt8](repeating: 5, count: 3 << 20)
        try AtomicFile.write(large, to: path)
        #expect(try AtomicFile.read(path: path, sizeBytesMax: large.count) == large)
        #expect(TemporaryDirectory.names(in: files.path) == ["f"])
        try AtomicFile.remove(path)
        try AtomicFile.remove(path)
        #expect(throws: FileError.notFound(path: path)) { try AtomicFile.read(path: path, sizeBytesMax: 9) }
    }

    @Test func failuresNameTheFileAndLeaveNothing() throws {
        let files = try TemporaryDirectory()
        #expect(throws: FileError.self) { try AtomicFile.write([1], to: files.path + "/no/f") }
        mkdir(files.path + "/d", 0o700)
        mkdir(files.path + "/d/in", 0o700)
        #expect(throws: FileError.self) { try AtomicFile.write([1], to: files.path + "/d") }
        #expect(TemporaryDirectory.tree(files.path) == ["d", "d/in"])
        #expect(throws: FileError.self) { try AtomicFile.read(path: files.path + "/d", sizeBytesMax: 9) }
        try TemporaryDirectory.put([1, 2], files.path + "/f")
        #expect(throws: FileError.tooLarge(path: files.path + "/f", sizeBytes: 2, sizeBytesMax: 1)) {
            try AtomicFile.read(path: files.path + "/f", sizeBytesMax: 1)
        }
        symlink(files.path + "/f", files.path + "/link")
        #expect(throws: FileError.self) { try AtomicFile.read(path: files.path + "/link", sizeBytesMax: 9) }
        mkfifo(files.path + "/pipe", 0o600)
        #expect(throws: FileError.self) { try AtomicFile.read(path: files.path + "/pipe", sizeBytesMax: 9) }
    }

    @Test func onlyAbandonedTemporariesAreCleaned() throws {
        let files = try TemporaryDirectory()
        for name in ["f.tmp-12-ab", "f.tmp-13-cd", "g.tmp-x-ab", "tmp-1-2", "f.tmp-1-2-3", "f"] {
            try TemporaryDirectory.put([1], files.path + "/" + name)
        }
        let busy = open(files.path + "/f.tmp-13-cd", O_RDONLY)
        flock(busy, LOCK_EX)
        try AtomicFile.removeLeftovers(in: files.path)
        #expect(
            TemporaryDirectory.names(in: files.path) == ["f", "f.tmp-1-2-3", "f.tmp-13-cd", "g.tmp-x-ab", "tmp-1-2"])
        close(busy)
        try AtomicFile.removeLeftovers(in: files.path)
        #expect(!TemporaryDirectory.names(in: files.path).contains("f.tmp-13-cd"))
        try AtomicFile.removeLeftovers(in: files.path + "/missing")
    }

    /// Readers beside a writer see one whole content or the other.
    @Test func readersNeverSeeHalf() async throws {
        let files = try TemporaryDirectory()
        let path = files.path + "/f"
        try AtomicFile.write([UInt8](repeating: 0, count: 100_000), to: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for value in 1...60 {
                    try AtomicFile.write([UInt8](repeating: UInt8(value), count: 100_000 + value), to: path)
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    let bytes = try AtomicFile.read(path: path, sizeBytesMax: 1 << 20)
                    #expect(bytes.count == 100_000 + Int(bytes[0]) && bytes.allSatisfy { $0 == bytes[0] })
                }
            }
            try await group.waitForAll()
        }
    }
}
