#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a system call on a non-blocking descriptor gave.
@frozen @usableFromInline
package enum CallResult {
    /// Its result, zero or more.
    case value(Int)
    /// EAGAIN: nothing can be done now.
    case wouldBlock
    /// Another errno.
    case failure(Int32)
}

/// The one wrapper of system calls: EINTR is retried, would-block is a value, EBADF and EFAULT are bugs of ours
/// (a descriptor used after its close, which may by then belong to someone else) and stop the process.
///
/// - Parameter body: makes the call; a result below zero means that errno says why.
@inlinable @inline(__always)
package func systemCall<Value: FixedWidthInteger>(_ body: () -> Value) -> CallResult {
    while true {
        let value = body()
        if value >= 0 { return .value(Int(value)) }
        if let failure = failureOfLastCall() { return failure }
    }
}

/// What errno says of the call just made; nil: it is to be made again.
@usableFromInline
package func failureOfLastCall() -> CallResult? {
    let code = errno
    switch code {
    case EINTR: return nil
    case EAGAIN: return .wouldBlock  // EWOULDBLOCK is the same number on Linux
    case EBADF, EFAULT: preconditionFailure("system call on a bad descriptor or address, errno \(code)")
    default: return .failure(code)
    }
}
