import System
import Testing

/// Calls that fail as they are told to.
@Suite struct SystemCallTests {
    private struct Wrong: Error { let what: String }

    /// A call that fails with each of these, and then answers 5.
    private func call(_ codes: [Int32]) -> () -> Int {
        var rest = codes[...]
        return {
            guard let code = rest.popFirst() else { return 5 }
            errno = code
            return -1
        }
    }

    @Test func interruptedCallsAreMadeAgain() throws {
        guard case .value(5) = systemCall(call([EINTR, EINTR])) else { throw Wrong(what: "no value") }
        guard case .wouldBlock = systemCall(call([EINTR, EAGAIN])) else { throw Wrong(what: "a value") }
        guard case .failure(ECONNRESET) = systemCall(call([ECONNRESET])) else { throw Wrong(what: "no failure") }
        #expect(try fileCall("read", "f", call([EINTR])) == 5)
    }

    @Test func failuresNameTheFile() {
        #expect(throws: FileError.notFound(path: "f")) { try fileCall("read", "f", call([ENOENT])) }
        #expect(throws: FileError.io(operation: "lock", path: "f", errno: EAGAIN)) {
            try fileCall("lock", "f", call([EAGAIN]))
        }
        #expect(throws: FileError.io(operation: "read", path: "f", errno: EIO)) {
            try fileCall("read", "f", call([EIO]))
        }
        #expect(
            FileError.io(operation: "read", path: "f", errno: EIO).description
                == "cannot read f: Input/output error (errno 5)")
        #expect(FileError.io(operation: "write", path: "f", errno: ENOSPC).isDiskFull)
    }
}
