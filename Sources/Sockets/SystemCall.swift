import Glibc

/// A failed system call: which, and why.
package struct SocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, such as `bind 127.0.0.1:80`.
    package let operation: String
    /// The value of errno, or 0 where the cause is not one.
    package let code: Int32

    package init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    package var description: String {
        code == 0 ? operation : "\(operation): \(String(cString: strerror(code))) (errno \(code))"
    }
}

/// What a system call on a non-blocking descriptor gave.
enum CallResult {
    case value(Int)
    case wouldBlock
    case failure(Int32)
}

/// The one wrapper of system calls: EINTR is retried, would-block is a value, EBADF and EFAULT are bugs of ours
/// (a descriptor used after its close, which may by then belong to someone else) and stop the process.
@inline(__always)
func systemCall<Value: FixedWidthInteger>(_ body: () -> Value) -> CallResult {
    while true {
        let value = body()
        if value >= 0 { return .value(Int(value)) }
        let code = errno
        switch code {
        case EINTR: continue
        case EAGAIN: return .wouldBlock  // EWOULDBLOCK is the same number on Linux
        case EBADF, EFAULT: preconditionFailure("system call on a bad descriptor or address, errno \(code)")
        default: return .failure(code)
        }
    }
}

/// The same for calls that do not wait.
func systemCall<Value: FixedWidthInteger>(_ operation: @autoclosure () -> String, _ body: () -> Value)
    throws(SocketError) -> Int
{
    switch systemCall(body) {
    case .value(let value): return value
    case .wouldBlock: throw SocketError(operation: operation(), code: EAGAIN)
    case .failure(let code): throw SocketError(operation: operation(), code: code)
    }
}

/// Seconds of the monotonic clock; the only clock of sockets and deadlines.
package func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
