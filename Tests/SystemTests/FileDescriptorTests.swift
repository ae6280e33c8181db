import System
import TestSupport
import Testing

@Suite struct FileDescriptorTests {
    @Test func theEndOfItsLifeClosesItAndItsLock() throws {
        let files = try TemporaryDirectory()
        let path = try files.write("abc", to: "f")
        let raw: Int32
        do {
            let first = try FileDescriptor.open(path, O_RDWR), second = try FileDescriptor.open(path, O_RDWR)
            raw = first.raw
            try first.lock(path)
            #expect(first.tryLock() && !second.tryLock())
            #expect(fcntl(raw, F_GETFD) == FD_CLOEXEC)
        }
        #expect(try FileDescriptor.open(path, O_RDWR).tryLock())
    }

    @Test func bytesComeAndGo() throws {
        let files = try TemporaryDirectory()
        let path = files.path + "/f"
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        do {
            let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
            try file.write(Array(bytes[..<1000]), path)
            try file.write([], path)
            try file.write(Array(bytes[1000...]), path)
            try file.synchronize(path)
            #expect(try file.status(path).st_size == bytes.count)
        }
        let file = try FileDescriptor.open(path, O_RDONLY)
        var read: [UInt8] = []
        while case let more = try file.read(sizeBytesMax: 65_536, path), !more.isEmpty { read += more }
        #expect(read == bytes)
        #expect(throws: FileError.io(operation: "open", path: path, errno: EEXIST)) {
            _ = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
        }
    }
}
